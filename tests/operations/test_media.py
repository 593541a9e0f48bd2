"""Public pictures, served by the application itself: renditions, and nothing else."""

from pathlib import Path
from typing import Any

import pytest

from tests.cast import Actor

pytestmark = pytest.mark.django_db

#: Ways to write « the folder above », and what stands beside the renditions.
OUTSIDE = [
    "documents/contract.pdf",
    "original_images/photo.jpg",
    "avatar_images/portrait.jpg",
    "wagtail_uploads/photo.jpg",
    "secret.txt",
]
SPELLINGS = [
    "/media/{}",
    "/media//{}",
    "//media/{}",
    "/media/./{}",
    "/media/images/../{}",
    "/media/images/./../{}",
    "/media/images//../{}",
    "/media/images/%2e%2e/{}",
    "/media/images/%2E%2E/{}",
    "/media/images/%2e%2e%2f{}",
    "/media/images/..%2f{}",
    "/media/images/%252e%252e/{}",
    "/media/images/%252e%252e%252f{}",
    "/media/images/..\\{}",
    "/media/images/..%5c{}",
    "/media/images/x/../../{}",
    "/media/images/%00/../{}",
    "/media/original_images/../{}",
    "/MEDIA/{}",
]


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.DEBUG = False
    settings.MEDIA_ROOT = tmp_path / "media"
    kept(settings.MEDIA_ROOT, "images/field.png", b"\x89PNG field")
    for name in OUTSIDE:
        kept(settings.MEDIA_ROOT, name, b"PRIVATE")
    kept(tmp_path, "db.sqlite3", b"PRIVATE")
    return settings.MEDIA_ROOT


def kept(media: Path, name: str, content: bytes) -> None:
    path = media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_uploaded_pictures_are_served_with_debug_off(anonymous: Actor, media: Path) -> None:
    response = anonymous.get("/media/images/field.png")
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"\x89PNG field"
    assert response["Content-Type"] == "image/png"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_nothing_but_renditions_is_served_under_media(
    anonymous: Actor, media: Path, spelling: str
) -> None:
    names = [*OUTSIDE, "../db.sqlite3", "%2e%2e/db.sqlite3", "../secret_key"]
    answers = {name: anonymous.get(spelling.format(name)) for name in names}
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(
        names, 404
    )


def test_what_is_not_there_is_not_found(anonymous: Actor, media: Path) -> None:
    for path in ("/media/images/none.png", "/media/images/", "/media/images/.", "/media/"):
        assert anonymous.get(path).status_code == 404
