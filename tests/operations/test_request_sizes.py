"""A request larger than its form allows is refused before it is read."""

import inspect
import io
from typing import Any

import pytest

from django.urls import reverse

from core.decorators import LARGEST_REQUEST
from tests.cast import Actor
from tests.project_urls import all_urls

pytestmark = pytest.mark.django_db

MEBIBYTE = 1024 * 1024


class Body(io.BytesIO):
    """A body that remembers whether it was read."""

    was_read = False

    def read(self, *args: Any) -> bytes:
        self.was_read = True
        return super().read(*args)


def sent(actor: Actor, path: str, megabytes: int, **more: Any) -> Any:
    """The answer to a POST that says it is that large."""
    body = Body()
    answer = actor.generic(
        "POST",
        path,
        b"",
        **{
            "CONTENT_LENGTH": str(megabytes * MEBIBYTE),
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "wsgi.input": body,
            **more,
        },
    )
    assert body.was_read is (answer.status_code != 413)
    return answer


@pytest.mark.parametrize(
    "path",
    ["/compte/login/", "/reclamation/", "/", "/no-such-page/", "/gestion/images/add/", "/healthz"],
)
def test_a_visitor_sends_six_megabytes_at_most(anonymous: Actor, path: str) -> None:
    answer = sent(anonymous, path, 300)
    assert answer.status_code == 413
    assert "Cet envoi est trop lourd." in answer.content.decode()
    assert "6 Mo au plus" in answer.content.decode()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors" in answer["Content-Security-Policy"]


def test_a_request_without_a_length_is_refused(anonymous: Actor) -> None:
    answer = sent(
        anonymous, "/reclamation/", 0, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"
    )
    assert answer.status_code == 413


def test_the_views_that_take_larger_files_take_them_from_users_alone(
    editor: Actor, office: Actor, learner: Actor, anonymous: Actor
) -> None:
    limits = {
        "wagtailimages:add": 11,
        "wagtailimages:add_multiple": 11,
        "wagtaildocs:add": 21,
        "wagtailimages_chooser:create": 11,
    }
    for name, megabytes in limits.items():
        path = reverse(name)
        assert sent(editor, path, megabytes + 1).status_code == 413
        assert sent(editor, path, megabytes).status_code != 413
        assert sent(editor, path, megabytes + 1).status_code == 413
        assert sent(learner, path, megabytes).status_code == 413
        assert sent(anonymous, path, megabytes).status_code == 413
    assert sent(office, reverse("imports:upload"), 11).status_code != 413
    assert sent(office, reverse("imports:upload"), 12).status_code == 413


def test_every_view_that_reads_files_says_how_large_they_may_be() -> None:
    """Those that say nothing take no more than any form: their files are smaller."""
    small = {"complaint", "LogUploadView"}
    silent = set()
    for url in all_urls():
        view = getattr(url.callback, "view_class", url.callback)
        if url.is_ours and hasattr(view, "__module__") and not hasattr(view, "largest_request"):
            view = inspect.unwrap(view)
            source = inspect.getsource(view if hasattr(view, "__name__") else type(view))
            if "request.FILES" in source:
                silent.add(view.__name__)
    assert silent == small
    assert LARGEST_REQUEST == 6 * MEBIBYTE
