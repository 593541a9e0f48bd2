"""What is made to harm fails its own document, with its reason."""

import base64
import gc
import io
import re
import resource
import time
from contextlib import suppress

import pytest
from PIL import Image
from weasyprint.images import RasterImage

from certificates.domain.rendering import engine, pictures
from certificates.domain.rendering import limits as drawing_limits
from certificates.domain.rendering.freezing import freeze
from certificates.exceptions import RenderingFailed
from core.enums import PictureRole
from tests.certificates.test_branding import kept as kept_picture


def page(body: str) -> str:
    return f"<html lang=fr><head><title>Essai</title></head><body>{body}</body></html>"


def picture(kind: str, content: bytes) -> str:
    return f'<img alt="" src="data:{kind};base64,{base64.b64encode(content).decode()}">'


SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


@pytest.mark.parametrize(
    ("logo", "said"),
    [
        (picture("image/png", b"this is no picture"), "image illisible"),
        # Harmless or not: a drawing may call elsewhere.
        (picture("image/svg+xml", SQUARE), "image interdite"),
        (picture("text/html", b"<p>Bonjour"), "image interdite"),
    ],
    ids=["no picture", "svg", "html"],
)
def test_a_forbidden_logo_fails_the_document_and_not_the_next(logo, said):
    with pytest.raises(RenderingFailed) as refused:
        engine.html_to_pdf(page(logo))
    assert said in refused.value.message
    assert engine.html_to_pdf(page("Bonjour")).startswith(b"%PDF")


def test_pictures_of_pages_do_not_pile_up():
    rendered = io.BytesIO()
    Image.new("RGB", (4, 4), "green").save(rendered, "PNG")
    engine.html_to_pdf(page(picture("image/png", rendered.getvalue())))
    assert all(url.startswith(pictures.OURS) for url in pictures.of_new_page())


@pytest.mark.django_db
def test_a_logo_is_read_and_encoded_once_and_changes_no_byte_of_the_next_file(monkeypatch):
    kept = logo_url("navy")
    encodings = []
    encode = RasterImage.get_x_object
    monkeypatch.setattr(
        RasterImage,
        "get_x_object",
        lambda self, *args: encodings.append(self.id) or encode(self, *args),
    )
    html = page(f'<img src="{kept}" alt="Logo">')
    files = [_undated(engine.html_to_pdf(html)) for _rank in range(3)]
    assert files[0] == files[1] == files[2]
    assert len(encodings) == 1


@pytest.mark.django_db
def test_pictures_of_the_organisation_are_kept_up_to_a_number():
    for rank in range(pictures.MOST_KEPT + 4):
        url = logo_url(f"#{rank:02x}0000")
        assert engine.html_to_pdf(page(f'<img src="{url}" alt="">')).startswith(b"%PDF")
    kept = pictures.of_new_page()
    assert len(kept) == pictures.MOST_KEPT
    assert url in kept


def test_a_page_that_fails_leaves_the_garbage_collector_as_it_was():
    assert gc.isenabled()
    with pytest.raises(RenderingFailed):
        engine.html_to_pdf(page('<img src="http://example.org/x.png" alt="">'))
    assert gc.isenabled()


def logo_url(colour: str) -> str:
    """The URL, for rendering, of a logo of the organisation."""
    kept = kept_picture(PictureRole.LOGO, colour)
    return f"kept:{kept.key}?sha256={kept.sha256}"


def _undated(content: bytes) -> bytes:
    """The file without what changes from one second to the next: its dates, its identifier."""
    return re.sub(rb"D:[0-9+Z']+|[0-9]{4}-[0-9-]{5}T[0-9:+]+Z?|/ID \[[^]]*\]", b"", content)


@pytest.fixture
def no_collection():
    """No garbage collection: an alarm that falls into its callbacks is reported by Python."""
    gc.disable()
    yield
    gc.enable()


def swallow_the_first_alarm():
    with suppress(BaseException):
        time.sleep(5)
    time.sleep(5)


def test_an_alarm_that_was_swallowed_is_given_again(monkeypatch, no_collection):
    monkeypatch.setattr(drawing_limits, "CALLED_AGAIN_EVERY", 0.01)
    with pytest.raises(RenderingFailed), drawing_limits.limited_time(0.01):
        swallow_the_first_alarm()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MOST_CHARACTERS", 10, "trop de texte"),
        ("MOST_PAGES", 1, "2 pages"),
        ("MOST_BYTES", 100, "trop lourd"),
        ("MOST_SECONDS", 0.001, "a duré plus"),
    ],
)
def test_a_document_that_costs_too_much_is_refused(monkeypatch, no_collection, name, value, said):
    monkeypatch.setattr(drawing_limits, name, value)
    with pytest.raises(RenderingFailed) as refused:
        engine.html_to_pdf(page('<p>Un</p><p style="break-before: page">Deux</p>'))
    assert refused.value.code == "too_large"
    assert said in refused.value.message.replace("\u00a0", " ")
    monkeypatch.undo()
    time.sleep(0.005)  # no alarm is left behind
    assert engine.html_to_pdf(page("Bonjour")).startswith(b"%PDF")


def test_what_asks_for_too_much_memory_is_refused_and_the_limit_goes_away():
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with (
        pytest.raises(RenderingFailed) as refused,
        drawing_limits.limited_memory(32 * 1024 * 1024),
    ):
        bytearray(256 * 1024 * 1024)
    assert refused.value.code == "too_large"
    assert "trop de mémoire" in refused.value.message
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert len(bytearray(256 * 1024 * 1024)) == 256 * 1024 * 1024


def test_drawing_is_under_the_limit_of_memory(monkeypatch):
    seen = []
    limits = resource.getrlimit(resource.RLIMIT_DATA)

    def look(html: str) -> None:
        seen.append(resource.getrlimit(resource.RLIMIT_DATA) != limits)

    monkeypatch.setattr(drawing_limits, "check_pages", look)
    engine.html_to_pdf(page("Bonjour"))
    assert seen == [True]
    assert resource.getrlimit(resource.RLIMIT_DATA) == limits


def test_letters_that_turn_a_name_round_are_left_out():
    assert freeze({"name": "Anne\u202e eiraM\u2066"}) == {"name": "Anne eiraM"}
