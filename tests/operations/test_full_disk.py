"""A full disk: pages are read, what is sent is refused in words, nothing stays half-written."""

import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from django.core.cache import caches
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files.base import ContentFile
from django.db import OperationalError
from django.test import Client
from django.urls import path

from cms.domain import page_cache
from operations.domain.disk import is_full
from operations.file_storage import WholeFileStorage
from operations.views import server_error
from tests.cms.pages import open_catalogue, published_course
from tests.factories import OrganisationFactory


def _no_room() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device")


def _caused(by: BaseException) -> Exception:
    try:
        try:
            raise by
        except type(by) as error:
            raise OperationalError("wrapped") from error
    except OperationalError as error:
        return error


class _DiskFull(Exception):
    sqlstate = "53100"


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (_no_room(), True),
        (OperationalError("database or disk is full"), True),
        (_caused(sqlite3.OperationalError("database or disk is full")), True),
        (_caused(_DiskFull()), True),
        (_caused(_no_room()), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (OperationalError("database is locked"), False),
        (None, False),
    ],
)
def test_a_full_disk_is_recognised_behind_what_it_caused(
    error: BaseException | None, full: bool
) -> None:
    assert is_full(error) is full


def _full(request: Any) -> None:
    raise OperationalError("database or disk is full")


def _broken(request: Any) -> None:
    raise RuntimeError


urlpatterns = [path("full", _full), path("broken", _broken)]
handler500 = server_error


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_what_is_sent_to_a_full_disk_is_refused_in_words() -> None:
    client = Client(raise_request_exception=False)
    full, broken = client.post("/full"), client.post("/broken")
    assert (full.status_code, broken.status_code) == (503, 500)
    assert "n’a pas été enregistré" in full.text
    assert "plus de place" in full.text
    assert "n’a pas été enregistré" not in broken.text


def test_the_product_uses_these_words_for_every_url() -> None:
    from config import urls

    assert urls.handler500 == "operations.views.server_error"


@pytest.fixture
def _no_room_for_kept_pages(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    settings.PAGE_CACHE = True
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "pages": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path / "pages"),
        },
    }

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise _no_room()

    monkeypatch.setattr(FileBasedCache, "set", refuse)
    monkeypatch.setattr(FileBasedCache, "add", refuse)
    yield
    caches["pages"].clear()


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_room_for_kept_pages")
def test_pages_are_read_when_there_is_no_room_to_keep_them(client: Client) -> None:
    OrganisationFactory()
    published_course(open_catalogue())
    for _time in range(2):
        assert client.get("/formations/gouvernance-partagee/").status_code == 200
    page_cache._begin_generation()


@pytest.mark.parametrize("folder", ["", "kind"])
def test_nothing_stays_of_a_file_that_found_no_room(tmp_path: Path, folder: str) -> None:
    storage = WholeFileStorage(location=tmp_path)

    class Cut(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"beginning"
            raise _no_room()

    name = f"{folder}/file.bin" if folder else "file.bin"
    with pytest.raises(OSError, match="No space left"):
        storage.save(name, Cut(b"beginning and end"))
    assert not storage.exists(name)
    assert storage.save(name, ContentFile(b"whole")) == name
    with pytest.raises(OSError, match="No space left"):
        storage.save(name, Cut(b"x"))
    with storage.open(name) as kept:
        assert kept.read() == b"whole"
