"""What every request goes through."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory
from django.urls import reverse

from operations.middleware import HeadMiddleware
from tests.cast import Actor

pytestmark = pytest.mark.django_db


def test_an_address_with_a_null_character_does_not_exist(anonymous: Actor) -> None:
    assert anonymous.get("/inscription/a%00b/").status_code == 404


def test_a_null_character_is_left_out_of_a_query(anonymous: Actor) -> None:
    response = anonymous.get("/compte/login/?next=/espace/%00")
    assert response.status_code == 200
    assert response.wsgi_request.GET["next"] == "/espace/"


# --- HEAD -----------------------------------------------------------------------------------------


@pytest.fixture
def _same_connection() -> Iterator[None]:
    """The server closes the database after each request: a test goes on with it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def served(method: str, path: str) -> tuple[str, dict[str, str], bytes]:
    """What a server gets from the application: status, headers, bytes of the body."""
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "REMOTE_ADDR": "127.0.0.1"}
    environ["wsgi.input"] = io.BytesIO()
    setup_testing_defaults(environ)
    got: list = []
    parts = get_wsgi_application()(environ, lambda *answer: got.extend(answer))
    try:
        body = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    return got[0], dict(got[1]), body


@pytest.mark.parametrize(
    "path",
    ["/", "/compte/login/", "/emargement/", "/emargement/lien/", "/n-existe-pas/", "/healthz"],
)
@pytest.mark.usefixtures("_same_connection")
def test_an_answer_to_head_has_the_headers_of_the_page_and_no_body(path: str) -> None:
    full, short = served("GET", path), served("HEAD", path)
    assert full[2] != b""
    assert short[2] == b""
    assert short[0] == full[0]
    assert short[1]["Content-Type"] == full[1]["Content-Type"]


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse("page"),
        StreamingHttpResponse([b"one", b"two"]),
        FileResponse(io.BytesIO(b"a file"), filename="a.pdf"),
    ],
)
def test_whatever_answers_head_leaves_no_body(answer: HttpResponseBase) -> None:
    assert settings.MIDDLEWARE[0].endswith("HeadMiddleware")
    response = HeadMiddleware(lambda request: answer)(RequestFactory().head(reverse("portal:home")))
    assert b"".join(response) == b""
    assert getattr(response, "file_to_stream", None) is None


@pytest.mark.parametrize("page_cache", [True, False])
def test_a_null_character_reaches_no_query_of_the_database(
    anonymous: Actor, settings: Any, page_cache: bool
) -> None:
    settings.PAGE_CACHE = page_cache
    for path in ("/formations/", "/", "/recherche/", "/agenda/"):
        for name in ("theme", "q", "page", "secteur"):
            response = anonymous.get(f"{path}?{name}=%00a%00")
            assert response.status_code in {200, 302, 404}, path
            assert "\x00" not in response.wsgi_request.META["QUERY_STRING"]
            assert "\x00" not in "".join(response.wsgi_request.GET.values())


def test_static_files_carry_the_headers_of_pages(
    anonymous: Actor, settings: Any, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "base.css").write_text("p { margin: 0 }")
    response = anonymous.get("/static/base.css")
    b"".join(response.streaming_content)
    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "script-src 'self'" in response["Content-Security-Policy"]
