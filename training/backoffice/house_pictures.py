"""The pictures of the organisation's documents, on the forms where they are given."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views import View

from training.domain import house_pictures
from training.enums import PictureRole
from training.exceptions import DomainError
from training.models import HousePicture

PERMISSIONS = {
    PictureRole.LOGO: "training.change_organisation",
    PictureRole.STAMP: "training.change_organisation",
    PictureRole.SIGNATURE: "training.change_signatory",
}


class KeepsPicturesMixin:
    """A form with pictures: their files are written before the transaction of the record."""

    def form_valid(self, form: ModelForm[Any]) -> HttpResponse:
        form.keep_pictures(self.request.user)
        return super().form_valid(form)


class HousePictureView(View):
    """One picture, for those who may change it: a stamp and a signature are not handed around."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        picture = HousePicture.objects.filter(pk=pk).first()
        if picture is None or not request.user.has_perm(PERMISSIONS[PictureRole(picture.role)]):
            raise PermissionDenied
        try:
            content = house_pictures.read(key=picture.key, sha256=picture.sha256)
        except DomainError as error:
            raise Http404 from error
        return HttpResponse(
            content,
            content_type=picture.media_type,
            headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
        )


ROUTES = [
    path("organisme/images/<int:pk>/", HousePictureView.as_view(), name="house-picture"),
]
