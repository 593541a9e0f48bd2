"""The gallery: every component, on sample data, under DEBUG only."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from django.conf import settings
from django.test import Client

from certificates import kinds
from core import mails
from operations.gallery.sample_mails import SAMPLES

if TYPE_CHECKING:
    from playwright.sync_api import Page

STYLES = Path(settings.BASE_DIR) / "static" / "css" / "components.css"


@pytest.mark.django_db
def test_the_gallery_does_not_exist_outside_debug(client: Client) -> None:
    assert client.get("/galerie/").status_code == 404


@pytest.mark.django_db
@pytest.mark.urls("tests.operations.urls_with_gallery")
def test_every_variant_of_the_main_components_is_shown(client: Client) -> None:
    html = client.get("/galerie/composants/").content.decode()
    styles = STYLES.read_text(encoding="utf-8")
    for component in ("button", "tag", "notice"):
        variants = set(re.findall(rf"\.({component}--[a-z]+)", styles))
        assert variants
        shown = set(re.findall(rf"{component}--[a-z]+", html))
        assert variants <= shown


@pytest.mark.django_db
@pytest.mark.urls("tests.operations.urls_with_gallery")
def test_pages_of_error_are_shown_with_their_status(client: Client) -> None:
    index = client.get("/galerie/").content.decode()
    for name, status in [("403", 403), ("403_csrf", 403), ("404", 404), ("500", 500)]:
        assert f"/galerie/erreurs/{name}/" in index
        response = client.get(f"/galerie/erreurs/{name}/")
        assert response.status_code == status
        assert b"<h1>" in response.content
    assert client.get("/galerie/erreurs/base/").status_code == 404


@pytest.mark.django_db
@pytest.mark.urls("tests.operations.urls_with_gallery")
def test_every_kind_of_document_is_listed_and_one_opens(client: Client) -> None:
    index = client.get("/galerie/").content.decode()
    for kind in kinds.every():
        for rank in range(len(kind.samples)):
            assert f"/galerie/documents/{kind.code}-{rank}.pdf" in index
    rendered = client.get("/galerie/documents/certificate-1.pdf").content
    assert rendered.startswith(b"%PDF")
    assert client.get("/galerie/documents/certificate-9.pdf").status_code == 404
    assert client.get("/galerie/documents/none-0.pdf").status_code == 404


def mail_templates() -> set[str]:
    """« folder/kind » of every mail that stands in the folders of templates."""
    root = Path(settings.BASE_DIR) / "templates"
    return {
        str(path.relative_to(root)).removesuffix(".subject.txt")
        for path in root.glob("**/mail/*.subject.txt")
    }


def test_every_mail_is_in_the_gallery() -> None:
    assert {template for template, _compose in SAMPLES.values()} == mail_templates()


@pytest.mark.django_db
@pytest.mark.parametrize("slug", sorted(SAMPLES))
def test_a_sample_of_a_mail_is_what_it_says_it_is(slug: str) -> None:
    template, compose = SAMPLES[slug]
    composed = compose()
    assert composed.kind == template.rpartition("/")[2]
    mail = mails.render(composed)
    assert mail.subject
    assert mail.text.startswith(("Bonjour", "Une réclamation", "Gwenc’hlan"))
    assert "None" not in mail.subject + mail.text + mail.html
    assert "Bonjour ," not in mail.text


@pytest.mark.django_db
@pytest.mark.urls("tests.operations.urls_with_gallery")
def test_mails_are_listed_and_shown_in_their_two_versions(client: Client) -> None:
    index = client.get("/galerie/").content.decode()
    for slug in SAMPLES:
        assert f"/galerie/courriels/{slug}/" in index
    page = client.get("/galerie/courriels/convocation/").content.decode()
    assert "/galerie/courriels/convocation.html" in page
    assert "Vous trouverez ci-joint votre convocation" in page
    assert b"<!doctype html>" in client.get("/galerie/courriels/convocation.html").content
    assert client.get("/galerie/courriels/aucun/").status_code == 404
    assert client.get("/galerie/courriels/aucun.html").status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.operations.urls_with_gallery")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["page", "phone"])
def test_components_are_accessible(
    screen: str,
    scheme: str,
    request: pytest.FixtureRequest,
    assert_accessible: Callable[["Page"], None],
) -> None:
    page = request.getfixturevalue(screen)
    page.emulate_media(color_scheme=scheme)
    page.goto("/galerie/composants/")
    assert_accessible(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
