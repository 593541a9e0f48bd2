"""The pages of a pack, opened from the disk in a real browser, and the staff screens with axe."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from django.urls import reverse

from tests.browsing import AXE_OPTIONS
from tests.cast import Actor
from tests.quality import scenario
from tests.quality.packs import CODE, one, unpacked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: Each width in one scheme: colours do not depend on the width.
WIDTHS, SCHEMES = (390, 1440), ("dark", "light")


@pytest.mark.django_db
def test_the_pages_open_offline_and_everybody_can_read_them(
    chromium: "Browser", tmp_path: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    scenario.delivered_session(code=CODE)
    root = unpacked(tmp_path)
    pages = [
        root / "index.html",
        root / "00_LISEZ-MOI.html",
        one(root, "1_par_indicateur/C3/I11_*/fiche.html"),
        one(root, "3_sessions/*/00_synthese.html"),
        one(root, "3_sessions/*/01_conception/I01_*.html"),
        one(root, "3_sessions/*/01_conception/I17_*.html"),
    ]
    context = chromium.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    for path in pages:
        page.goto(path.as_uri())
        assert page.locator("h1").count() == 1
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
        for width, scheme in zip(WIDTHS, SCHEMES, strict=True):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
            results = Axe().run(page, options=AXE_OPTIONS)
            assert results.violations_count == 0, results.generate_report()
    context.close()
    assert all(address.startswith(root.as_uri()) for address in asked)


@pytest.mark.django_db
def test_an_auditor_finds_a_certificate_by_both_entries(
    chromium: "Browser", tmp_path: Path
) -> None:
    scenario.delivered_session(code=CODE)
    root = unpacked(tmp_path)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    links = []
    for first_click in ("Indicateur 11", CODE):
        page.goto((root / "index.html").as_uri())
        page.get_by_role("link", name=first_click, exact=True).click()
        link = page.get_by_role("link", name="CR-2026-0001").first
        links.append(page.evaluate("element => element.href", link.element_handle()))
    context.close()
    assert links[0] == links[1]
    assert links[0].endswith(".pdf")


@pytest.mark.django_db
def test_every_link_of_every_page_leads_to_a_file_of_the_pack(tmp_path: Path) -> None:
    import re

    scenario.delivered_session(code=CODE)
    root = unpacked(tmp_path)
    for path in root.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text
        assert "style=" not in text
        for link in re.findall(r'(?:href|src)="([^"#]+)"', text):
            assert (path.parent / link).resolve().is_file(), f"{path.name}: {link}"


@pytest.mark.django_db(transaction=True)
def test_quality_staff_prepare_and_fetch_the_pack_of_a_session(
    page: "Page",
    quality: Actor,
    sign_in: Callable[["Page", Actor], None],
    assert_accessible: Callable[["Page"], None],
    run_jobs: Callable[[], None],
    tmp_path: Path,
) -> None:
    session = scenario.delivered_session(code=CODE)
    sign_in(page, quality)
    page.goto(reverse("session-quality", args=[session.pk]))
    assert_accessible(page)
    page.get_by_role("button", name="Dossier d’audit de la session").click()
    page.get_by_text("Préparation en cours").wait_for()
    assert_accessible(page)
    run_jobs()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le dossier (ZIP)").click()
    path = tmp_path / "dossier.zip"
    download.value.save_as(path)
    assert zipfile.is_zipfile(path)
    assert_accessible(page)
    for name in ("audit-packs:index", "audit-packs:add"):
        page.goto(reverse(name))
        assert_accessible(page)
