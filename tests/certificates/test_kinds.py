"""Every kind of document that any app registers, rendered on each of its samples."""

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from django.conf import settings

from certificates import kinds
from certificates.domain.rendering import engine
from certificates.enums import Subject
from tests.certificates.rendered import EVERY_SAMPLE, rendered, sample_document
from tests.certificates.sessions import opened, text_of

#: First pages as they should look, greyscale, small. To renew them after a change that was looked
#: at: delete the files concerned, run this module twice.
REFERENCES = Path(__file__).parent / "pictures"
DPI = 30
#: Mean difference of grey accepted, out of 255: other versions of the libraries draw a hair apart.
TOLERANCE = 2.0
#: Pages of each sample; one is said by nothing.
PAGES = {
    (kinds.ATTENDANCE_SHEET, ""): 2,
    (kinds.COMPANY_SHEET, ""): 1,
    (kinds.LEARNER_SHEET, ""): 1,
    (kinds.PROGRAMME, ""): 3,
    (kinds.CONVENTION, ""): 4,
    (kinds.CONVENTION, "formation gratuite"): 3,
    (kinds.CONTRACT, ""): 4,
    (kinds.QUOTE, ""): 3,
    (kinds.CONVOCATION, ""): 2,
    (kinds.NAME_CARDS, ""): 2,
    (kinds.INTERNAL_RULES, ""): 3,
    (kinds.WELCOME_BOOKLET, ""): 3,
    (kinds.GENERAL_TERMS, ""): 3,
}

each = pytest.mark.parametrize(("code", "word"), EVERY_SAMPLE)


@each
def test_it_is_titled_in_french_and_signed_by_the_organisation(code, word):
    kind = kinds.get(code)
    with opened(rendered(code, word)) as pdf:
        assert str(pdf.Root.Lang) == "fr"
        assert str(pdf.docinfo["/Title"]).startswith(kind.title)
        assert str(pdf.docinfo["/Author"]) == "SCIC Exemple"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == str(pdf.docinfo["/Title"])


@each
def test_it_is_archival_tagged_and_accessible(code, word):
    with opened(rendered(code, word)) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["pdfuaid:part"] == "1"
        packet = pdf.Root.Metadata.read_bytes()
        assert packet.count(b"<rdf:RDF") == 1
        assert b"pdfaExtension:schemas" in packet
        assert pdf.Root.MarkInfo.Marked is True
        assert "/StructTreeRoot" in pdf.Root
        tags = [item for item in pdf.objects if _is_tag(item)]
        assert [str(tag.S) for tag in tags].count("/H1") == 1
        figures = [tag for tag in tags if tag.S == "/Figure"]
        assert figures
        assert all(str(figure.Alt).strip() for figure in figures)


def _is_tag(item: object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"


@each
def test_every_font_is_ours_and_embedded(code, word):
    with opened(rendered(code, word)) as pdf:
        described = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        assert described
        for font in described:
            assert "/FontFile2" in font or "/FontFile3" in font
            assert "Lato" in str(font.FontName)


@each
def test_it_passes_a_strict_reader(code, word, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(rendered(code, word))
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@each
def test_it_says_who_it_comes_from_and_how_many_pages_it_has(code, word):
    kind, content = kinds.get(code), rendered(code, word)
    pages = PAGES.get((code, word), 1)
    text = text_of(content)
    with opened(content) as pdf:
        assert len(pdf.pages) == pages
    assert f"page {pages}/{pages}" in text
    assert "SCIC Exemple · SIRET 12345678200002" in text
    assert "Cet enregistrement ne vaut pas agrément de l’État." in text
    assert "Qualiopi" not in text
    if kind.is_numbered:
        assert f"{kind.prefix}-2026-0001 · version 1" in text
    facts = sample_document(kind, word).context
    assert " ".join(facts["title"].split()) in text


@each
def test_it_leads_to_its_verification_page_and_nowhere_else(code, word):
    kind = kinds.get(code)
    with opened(rendered(code, word)) as pdf:
        links = {
            str(note.A.URI)
            for page in pdf.pages
            for note in page.get("/Annots", [])
            if note.get("/Subtype") == "/Link"
        }
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
    document = sample_document(kind, word)
    assert links == ({engine.verification_url(document)} if kind.is_proof else set())


@pytest.mark.parametrize("code", [kind.code for kind in kinds.every()])
def test_its_first_page_looks_as_it_did(code, tmp_path):
    done = subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-gray", "-f", "1", "-l", "1", "-"],
        input=rendered(code),
        capture_output=True,
        check=True,
    )
    picture = Image.open(io.BytesIO(done.stdout)).convert("L")
    reference = REFERENCES / f"{code}.png"
    if not reference.exists():
        reference.parent.mkdir(exist_ok=True)
        picture.save(reference, optimize=True)
        pytest.fail(f"{reference.name} was missing: it is made, look at it and keep it.")
    expected = Image.open(reference)
    assert picture.size == expected.size
    blur = ImageFilter.GaussianBlur(1)
    difference = ImageChops.difference(picture.filter(blur), expected.filter(blur))
    assert ImageStat.Stat(difference).mean[0] <= TOLERANCE


def test_a_plain_print_takes_no_number():
    with pytest.raises(ValueError, match="no number"):
        kinds.DocumentKind(
            code="list",
            title="Liste",
            slug="liste",
            prefix="LI",
            template="certificates/pdf/text.html",
            context=dict,
            sample=dict,
            about=Subject.SESSION,
            is_proof=False,
        )


def test_the_pictures_kept_are_those_of_the_kinds():
    assert {path.stem for path in REFERENCES.glob("*.png")} == {kind.code for kind in kinds.every()}
    assert all(path.stat().st_size < 20_000 for path in REFERENCES.glob("*.png"))
    assert settings.BASE_DIR in REFERENCES.parents
