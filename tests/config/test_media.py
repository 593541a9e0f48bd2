"""Public pictures, served by the application itself."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings, tmp_path):
    settings.DEBUG = False
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def kept(media, name, content):
    path = media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_uploaded_pictures_are_served_with_debug_off(anonymous, media):
    kept(media, "images/field.png", b"\x89PNG field")
    response = anonymous.get("/media/images/field.png")
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"\x89PNG field"
    assert response["Content-Type"] == "image/png"


def test_nothing_but_pictures_is_served_under_media(anonymous, media):
    kept(media, "documents/contract.pdf", b"%PDF")
    assert anonymous.get("/media/documents/contract.pdf").status_code == 404
    assert anonymous.get("/media/../documents/contract.pdf").status_code == 404
    assert anonymous.get("/media/images/none.png").status_code == 404
