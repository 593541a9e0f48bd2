"""Logo, colour, stamp and signature: data of the organisation, frozen with each document."""

import copy
import io

import pytest
from PIL import Image

from django.core.files.storage import storages
from django.utils import timezone

from certificates import kinds
from certificates.domain.issuing import lifecycle, requests
from certificates.domain.issuing.subjects import About
from certificates.domain.rendering import branding, engine
from certificates.enums import DocumentState
from core.domain import pictures
from core.enums import PictureRole
from core.models import Organisation, Signatory
from tests.certificates.rendered import EVERY_SAMPLE, sample_document
from tests.certificates.sessions import attended_session, certificate_of, opened, stored_bytes
from training.domain.sessions import lifecycle as session_lifecycle

pytestmark = pytest.mark.django_db

COLOUR = "#7a1f4b"


def encoded(colour: str = "navy", size: tuple[int, int] = (120, 60), kind: str = "PNG") -> bytes:
    rendered = io.BytesIO()
    Image.new("RGB", size, colour).save(rendered, kind)
    return rendered.getvalue()


def kept(role: PictureRole, colour: str = "navy"):
    picture = pictures.prepare(encoded(colour))
    return pictures.keep(picture=picture, role=role, actor=None)


def dress(logo: str = "navy") -> Organisation:
    """Give the organisation and its signatories everything."""
    organisation = Organisation.load()
    organisation.logo = kept(PictureRole.LOGO, logo)
    organisation.stamp = kept(PictureRole.STAMP, "maroon")
    organisation.primary_colour = COLOUR
    organisation.save()
    Signatory.objects.update(signature=kept(PictureRole.SIGNATURE, "black"))
    return organisation


def dressed_sample(code: str, word: str):
    organisation = dress()
    signature = kept(PictureRole.SIGNATURE, "black")
    document = sample_document(kinds.get(code), word)
    facts = document.context
    facts = {
        **facts,
        "organisation": facts["organisation"] | branding.of_organisation(organisation),
    }
    if "signatory" in facts:
        facts["signatory"] = facts["signatory"] | branding.of_signatory(
            Signatory(signature=signature)
        )
    document.context = facts
    return document


def figures(pdf) -> list[str]:
    return [
        str(item.Alt)
        for item in pdf.objects
        if hasattr(item, "get") and item.get("/Type") == "/StructElem" and item.S == "/Figure"
    ]


def certified(run_jobs, people: int = 1):
    session = attended_session(people=people)
    dress()
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    return certificate_of(session.enrolments.first())


@pytest.mark.parametrize(("code", "word"), EVERY_SAMPLE)
def test_every_kind_carries_the_logo_the_colour_and_the_marks_of_who_signs(code, word):
    document = dressed_sample(code, word)
    bare = engine.render(sample_document(kinds.get(code), word))
    html = engine.html_of(document)
    rendered = engine.html_to_pdf(html, stylesheets=kinds.get(code).stylesheets)
    signed = "closing__signer" in html
    with opened(rendered) as pdf, opened(bare) as before:
        alternatives = figures(pdf)
        assert document.context["organisation"]["name"] in alternatives
        assert sum(text.startswith("Signature de ") for text in alternatives) == signed
        assert sum(text.startswith("Cachet de ") for text in alternatives) == signed
        # Marks stand in the space that was empty: nothing moves to another page.
        assert len(pdf.pages) == len(before.pages)
        content = b"".join(page.Contents.read_bytes() for page in pdf.pages)
        assert f"{int(COLOUR[1:3], 16) / 255:.4f}"[:5].encode() in content
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"


def test_nothing_set_is_the_look_of_the_project():
    html = engine.html_of(sample_document(kinds.get(kinds.CERTIFICATE)))
    assert "asset:mark.svg" in html
    assert "closing__marks" not in html
    assert "<style>" not in html


def test_the_look_is_frozen_by_content_and_a_new_logo_changes_nothing_issued(run_jobs):
    document = certified(run_jobs)
    frozen = document.context["organisation"]["logo"]
    stored = pictures.read(**frozen)
    assert document.context["signatory"]["signature"]["key"].startswith("organisation_pictures/")
    assert document.context["organisation"]["colour"] == COLOUR
    before = stored_bytes(document)
    dress(logo="orange")
    document.refresh_from_db()
    assert document.context["organisation"]["logo"] == frozen
    assert stored_bytes(document) == before
    assert pictures.read(**frozen) == stored
    # It makes no document wrong either: no one is sent another one.
    assert not requests.has_changed(document)


def test_what_was_asked_for_is_drawn_with_the_look_of_that_day(run_jobs):
    session = attended_session(people=1)
    dress()
    document = requests.request_document(
        kind=kinds.CERTIFICATE,
        about=About(session=session, enrolment=session.enrolments.get()),
        actor=None,
    )
    frozen = copy.deepcopy(document.context)
    dress(logo="orange")
    run_jobs()
    document.refresh_from_db()
    assert document.state == DocumentState.ISSUED
    assert document.context == frozen


@pytest.mark.parametrize(
    ("who", "item", "said"),
    [
        ("organisation", "logo", "le logo"),
        ("organisation", "stamp", "le cachet"),
        ("signatory", "signature", "la signature"),
    ],
)
def test_a_picture_that_changed_fails_the_document_and_says_which(run_jobs, who, item, said):
    session = attended_session(people=1)
    dress()
    document = requests.request_document(
        kind=kinds.CERTIFICATE,
        about=About(session=session, enrolment=session.enrolments.get()),
        actor=None,
    )
    key = document.context[who][item]["key"]
    storages["private"].delete(key)
    storages["private"].save(key, io.BytesIO(encoded("red")))
    branding.read.cache_clear()
    run_jobs()
    document.refresh_from_db()
    assert document.state == DocumentState.FAILED
    assert f"L’image qui fait {said} manque" in document.failure
    # Given again, the same picture returns under its key: it is rendered as it was frozen.
    dress()
    lifecycle.retry(document=document, actor=None)
    run_jobs()
    document.refresh_from_db()
    assert (document.state, document.failure) == (DocumentState.ISSUED, "")
    branding.read.cache_clear()


def test_a_document_draws_no_private_file_but_the_pictures_of_the_house(run_jobs):
    document = certified(run_jobs)
    file = document.files.get()
    for address in (
        f"kept:{file.key}?sha256={file.sha256}",
        f"kept:organisation_pictures/../{file.key}?sha256={file.sha256}",
        "kept:organisation_pictures/none.png?sha256=0",
        "kept:organisation_pictures/none.png",
    ):
        with pytest.raises(engine.RenderingFailed):
            engine.html_to_pdf(f'<html lang="fr"><img src="{address}" alt="x">')


def test_somebody_signs_only_their_kinds_and_their_dates(run_jobs):
    session = attended_session(people=1)
    dress()
    Signatory.objects.create(
        name="Loïc Le Bihan",
        quality="directeur",
        document_kinds=kinds.CERTIFICATE,
        valid_from=timezone.localdate(),
    )
    document = requests.request_document(
        kind=kinds.CERTIFICATE,
        about=About(session=session, enrolment=session.enrolments.get()),
        actor=None,
    )
    assert document.context["signatory"]["name"] == "Loïc Le Bihan"
    assert "signature" not in document.context["signatory"]
    run_jobs()
    with opened(stored_bytes(document)) as pdf:
        alternatives = figures(pdf)
    assert not any(text.startswith("Signature de") for text in alternatives)
    assert any(text.startswith("Cachet de") for text in alternatives)
