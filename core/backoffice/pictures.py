"""The pictures of the organisation's documents, on the forms where they are given."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.views import View

from core.domain import pictures
from core.downloads import private_file
from core.enums import PictureRole
from core.exceptions import DomainError
from core.models import OrganisationPicture

PERMISSIONS = {
    PictureRole.LOGO: "core.change_organisation",
    PictureRole.STAMP: "core.change_organisation",
    PictureRole.SIGNATURE: "core.change_signatory",
}


class KeepsPicturesMixin:
    """A form with pictures: their files are written before the transaction of the record."""

    def form_valid(self, form: ModelForm[Any]) -> HttpResponse:
        form.keep_pictures(self.request.user)
        return super().form_valid(form)


class OrganisationPictureView(View):
    """One picture, for those who may change it: a stamp and a signature are not handed around."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        picture = OrganisationPicture.objects.filter(pk=pk).first()
        if picture is None or not request.user.has_perm(PERMISSIONS[PictureRole(picture.role)]):
            raise PermissionDenied
        try:
            content = pictures.read(key=picture.key, sha256=picture.sha256)
        except DomainError as error:
            raise Http404 from error
        name = PictureRole(picture.role).value
        return private_file(content, name=name, media_type=picture.media_type)


ROUTES = [
    path(
        "organisme/images/<int:pk>/", OrganisationPictureView.as_view(), name="organisation-picture"
    ),
]
