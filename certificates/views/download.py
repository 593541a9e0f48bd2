"""The stored file of a document, for who may read it."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates.domain import access, files
from training.exceptions import DomainError


@require_safe
@never_cache
@login_required
def download(request: HttpRequest, document_uuid: uuid.UUID) -> FileResponse:
    """The bytes as they were issued, named by number."""
    document = access.document_for(request.user, document_uuid)
    try:
        stored = files.open_issued(document)
    except DomainError:
        raise Http404 from None
    response = FileResponse(stored, content_type="application/pdf", filename=document.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
