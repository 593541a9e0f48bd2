"""The stored file of a document, for who may read it."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates.domain import access, files
from core.domain.private_files import PDF
from core.downloads import private_file
from core.exceptions import DomainError


@require_safe
@never_cache
@login_required
def download(request: HttpRequest, document_uuid: uuid.UUID) -> HttpResponseBase:
    """The bytes as they were issued, named by number."""
    document = access.document_for(request.user, document_uuid)
    try:
        stored = files.open_issued(document)
    except DomainError:
        raise Http404 from None
    return private_file(stored, name=document.file_name, media_type=PDF)
