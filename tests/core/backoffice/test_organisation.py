"""The look of documents on the screens of staff: what is taken, what is refused, and why."""

import io

import pytest
from PIL import Image, PngImagePlugin

from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from core.backoffice.organisation import OrganisationViewSet, SignatoryViewSet
from core.domain import pictures
from core.enums import PictureRole
from core.exceptions import DomainError
from core.models import JournalEntry, Organisation, OrganisationPicture, Signatory
from core.models.validators import contrast_on_white
from tests.factories import SignatoryFactory

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(size: tuple[int, int] = (200, 100), kind: str = "PNG", mode: str = "RGB") -> bytes:
    encoded = io.BytesIO()
    Image.new(mode, size, 120 if mode == "L" else None).save(encoded, kind)
    return encoded.getvalue()


def posted(record: object, form_class: type, **values: object) -> dict[str, object]:
    """The form of a record as a browser would send it back, with these values."""
    form = form_class(instance=record)
    sent = {
        name: value for name, value in form.initial.items() if value is not None and value != ""
    }
    return sent | values


def organisation_post(**values: object) -> dict[str, object]:
    organisation = Organisation.load()
    return posted(organisation, OrganisationViewSet()._edit_handler.get_form_class(), **values)


def upload(content: bytes, name: str = "image.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def test_the_direction_gives_logo_stamp_and_colour(direction):
    answer = direction.post(
        "/gestion/organisme/edit/1/",
        organisation_post(
            primary_colour="#7a1f4b",
            logo_file=upload(picture()),
            stamp_file=upload(picture((9, 9))),
        ),
    )
    assert answer.status_code == 302, answer.context["form"].errors
    organisation = Organisation.load()
    assert organisation.logo.role == PictureRole.LOGO
    assert organisation.stamp.role == PictureRole.STAMP
    assert organisation.primary_colour == "#7a1f4b"
    assert storages["private"].exists(organisation.logo.key)
    assert JournalEntry.objects.filter(verb="organisation.changed").exists()
    page = direction.get("/gestion/organisme/edit/1/").content.decode()
    assert f"/gestion/organisme/images/{organisation.logo_id}/" in page
    shown = direction.get(f"/gestion/organisme/images/{organisation.logo_id}/")
    assert shown["Content-Type"] == "image/png"
    assert "no-store" in shown["Cache-Control"]


def test_a_picture_is_taken_away_and_its_file_stays_for_what_was_issued(direction):
    organisation = Organisation.load()
    organisation.logo = pictures.keep(
        picture=pictures.prepare(picture()), role=PictureRole.LOGO, actor=None
    )
    organisation.save()
    direction.post("/gestion/organisme/edit/1/", organisation_post(logo_removed="on"))
    assert Organisation.load().logo is None
    assert storages["private"].exists(OrganisationPicture.objects.get().key)


def test_the_signature_of_a_signatory(direction):
    signatory = SignatoryFactory()
    form_class = SignatoryViewSet()._edit_handler.get_form_class()
    url = f"/gestion/signataires/edit/{signatory.pk}/"
    answer = direction.post(
        url, posted(signatory, form_class, signature_file=upload(picture(kind="JPEG"), "s.jpg"))
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert Signatory.objects.get().signature.media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SVG, "SVG"),
        (b"GIF89a" + b"\0" * 40, "Seules les images PNG et JPEG"),
        (picture(kind="WEBP"), "Seules les images PNG et JPEG"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (2 * 1024 * 1024), "2,0 Mio, 2 Mio au plus"),
        (picture((4001, 2)), "4001 × 2 pixels, 4 000 de côté au plus"),
        (picture()[:-20], "abîmée ou incomplète"),
        (picture(kind="JPEG")[:-200], "abîmée ou incomplète"),
    ],
    ids=["svg", "gif", "webp", "heavy", "large", "cut png", "cut jpeg"],
)
def test_a_forbidden_picture_is_refused_with_its_reason_and_nothing_is_kept(
    direction, content, said
):
    answer = direction.post(
        "/gestion/organisme/edit/1/",
        organisation_post(logo_file=upload(content), city="Savenay"),
    )
    assert answer.status_code == 200
    assert said in " ".join(answer.context["form"].errors["logo_file"]).replace("\u00a0", " ")
    assert 'value="Savenay"' in answer.content.decode()
    assert not OrganisationPicture.objects.exists()


@pytest.mark.parametrize("colour", ["#ffcc00", "#888888", "#777777"])
def test_a_colour_too_pale_for_paper_is_refused_with_its_contrast(direction, colour):
    answer = direction.post("/gestion/organisme/edit/1/", organisation_post(primary_colour=colour))
    (said,) = answer.context["form"].errors["primary_colour"]
    assert "trop pâle" in said
    assert "4,5 pour 1" in said
    assert Organisation.load().primary_colour == ""


@pytest.mark.parametrize("colour", ["red", "#12", "#12345g", "#1f5b3a;"])
def test_a_colour_is_six_signs_and_nothing_else(direction, colour):
    answer = direction.post("/gestion/organisme/edit/1/", organisation_post(primary_colour=colour))
    assert "primary_colour" in answer.context["form"].errors


def test_contrast_is_that_of_the_recommendation():
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#ffffff") == pytest.approx(1)
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.01)


def test_a_picture_is_drawn_anew_opaque_small_and_without_its_metadata():
    encoded, metadata = io.BytesIO(), PngImagePlugin.PngInfo()
    metadata.add_text("Author", "Somebody at home")
    Image.new("RGBA", (1900, 950), (0, 0, 0, 0)).save(encoded, "PNG", pnginfo=metadata)
    hidden = encoded.getvalue() + b"<?php echo 1;"
    prepared = pictures.prepare(hidden)
    assert b"Somebody" not in prepared.content
    assert b"php" not in prepared.content
    with Image.open(io.BytesIO(prepared.content)) as anew:
        assert anew.mode == "RGB"
        assert anew.getpixel((3, 3)) == (255, 255, 255)
        assert anew.size == (prepared.width, prepared.height) == (950, 475)


def test_the_same_picture_is_kept_once():
    prepared = pictures.prepare(picture())
    first = pictures.keep(picture=prepared, role=PictureRole.LOGO, actor=None)
    again = pictures.keep(picture=prepared, role=PictureRole.LOGO, actor=None)
    assert first == again
    with pytest.raises(DomainError):
        again.save()


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(DomainError) as refused:
        pictures.prepare(picture((300, 300)))
    assert refused.value.code == "picture_too_large"
