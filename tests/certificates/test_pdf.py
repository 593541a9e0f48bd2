"""The files themselves: what a certificate says, and what makes files safe."""

import re

import pytest
import segno

from django.conf import settings

from certificates import kinds
from certificates.domain.issuing import lifecycle, requests
from certificates.domain.issuing.subjects import About
from certificates.domain.rendering import engine
from certificates.domain.rendering.fetcher import DocumentFetcher, RefusedAddress
from certificates.enums import DocumentState
from certificates.exceptions import RenderingFailed
from core.french import format_day
from tests.certificates.rendered import rendered, sample_document
from tests.certificates.sessions import (
    attended_session,
    certificate_of,
    completed_session,
    opened,
    stored_bytes,
    text_of,
)
from training.domain.sessions import lifecycle as session_lifecycle

VIETNAMESE = ("Nguyễn Thị Phương-Thảo", "Trần Đặng-Quyết")
BRETON = ("Gwenc’hlan", "de Kergariou-Penn ar C’hoadoù-Ñervennoù")


def test_a_full_sheet_stays_light():
    assert len(rendered(kinds.ATTENDANCE_SHEET)) <= 80 * 1024


# --- The certificate ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_certificate_says_what_the_ministry_asks(run_jobs):
    session = completed_session(people=1)
    run_jobs()
    enrolment = session.enrolments.get()
    document = certificate_of(enrolment)
    text = text_of(stored_bytes(document))
    half_days = session.half_days.order_by("starts_at")
    for expected in [
        "Certificat de réalisation",
        document.number,
        "Je, Maëlle Kerrien, gérante, au nom de l’organisme Coopérative d’essai, dispensateur de",
        str(enrolment.learner),
        session.title,
        "Action de formation Bilan de compétences Action de VAE Action de formation par",
        f"du {format_day(half_days[0].starts_at)} au {format_day(half_days[1].starts_at)}",
        "7 heures",
        "durée prévue : 7 heures",
        "pendant une durée de 3 ans à compter de la fin de l’année du dernier paiement",
        f"Fait à Prinquiau, le {format_day(document.issued_on)}",
        "Déclaration d’activité enregistrée sous le numéro 52440000000",
        "Cet enregistrement ne vaut pas agrément de l’État.",
        f"{document.number} · version 1 · page 1/1",
        document.check_code,
    ]:
        assert " ".join(expected.split()) in text
    assert "Qualiopi" not in text
    assert "L6353-1" not in text


@pytest.mark.django_db
def test_one_of_the_four_natures_is_ticked():
    html = engine.html_of(sample_document(kinds.get(kinds.CERTIFICATE)))
    assert html.count("Case cochée") == 1
    assert html.count("Case non cochée") == 3
    assert html.index("Case cochée") < html.index("Action de formation")


def test_the_qr_code_holds_the_address_of_the_verification_page():
    document = sample_document(kinds.get(kinds.CERTIFICATE))
    url = engine.verification_url(document)
    assert url == f"{settings.SITE_URL}/documents/verifier/{document.token}/"
    (modules,) = re.findall(r' d="([^"]+)"', engine.qr_svg(url))
    again = segno.make(url, error="m", micro=False, mask=3).svg_inline(border=0, omitsize=True)
    assert modules in again
    assert modules in engine.html_of(document)


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "last"), [VIETNAMESE, BRETON])
def test_long_names_with_their_letters_stand_on_one_page(first, last, run_jobs):
    session = attended_session(people=1)
    learner = session.enrolments.get().learner
    learner.first_name, learner.last_name = first, last
    learner.save()
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    content = stored_bytes(certificate_of(session.enrolments.get()))
    assert f"{first} {last}" in text_of(content)
    with opened(content) as pdf:
        assert len(pdf.pages) == 1


@pytest.mark.django_db
def test_a_name_is_text_never_markup(run_jobs):
    session = attended_session(people=1)
    learner = session.enrolments.get().learner
    learner.first_name = "<img src='https://example.com/x.png'>"
    learner.last_name = "</p><script>alert(1)</script> & {{ 7 }}"
    learner.save()
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    document = certificate_of(session.enrolments.get())
    text = text_of(stored_bytes(document))
    # The line may break anywhere in such a name.
    printed = text.replace(" ", "")
    assert "<imgsrc='https://example.com/x.png'></p><script>alert(1)</script>&{{7}}" in printed


@pytest.mark.django_db
def test_characters_that_no_file_may_hold_are_left_out(run_jobs):
    session = attended_session(people=1)
    learner = session.enrolments.get().learner
    learner.last_name = "Mor\x0bvan\x1f\ufffe"
    learner.save()
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    document = certificate_of(session.enrolments.get())
    assert document.context["beneficiary"]["name"].endswith("Morvan")


# --- Safety ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/logo.svg",
        "http://127.0.0.1/logo.svg",
        "ftp://example.com/logo.svg",
        "file:///etc/passwd",
        "asset:../../css/base.css",
        "asset:..%2f..%2fcss%2fbase.css",
        "asset:/etc/passwd",
        "asset://host/base.css",
        "asset:none.svg",
    ],
)
def test_a_document_fetches_nothing_but_our_own_pictures(address):
    with pytest.raises(RefusedAddress):
        DocumentFetcher().fetch(address)
    with pytest.raises(RenderingFailed) as failed:
        engine.html_to_pdf(f'<html lang="fr"><img src="{address}" alt="x">')
    assert failed.value.code == "rendering_failed"


def test_our_own_files_are_served_to_documents():
    assert b"@page" in DocumentFetcher().fetch("asset:base.css").read()


@pytest.mark.django_db
def test_a_forbidden_picture_fails_the_document_with_its_reason(run_jobs, settings, tmp_path):
    """A template that lost its way must not end the worker, nor leave a file with a hole."""
    folder = tmp_path / "certificates" / "pdf"
    folder.mkdir(parents=True)
    (folder / "certificate.html").write_text(
        '<html lang="fr"><title>x</title><img src="https://example.com/x.png" alt="x">'
    )
    templates = settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    session = attended_session(people=1)
    document = requests.request_document(
        kind=kinds.CERTIFICATE,
        about=About(session=session, enrolment=session.enrolments.get()),
        actor=None,
    )
    settings.TEMPLATES = [templates]
    run_jobs()
    document.refresh_from_db()
    assert document.state == DocumentState.FAILED
    assert "image interdite ou absente" in document.failure
    assert not document.files.exists()
    settings.TEMPLATES = [templates | {"DIRS": settings.TEMPLATES[0]["DIRS"][1:]}]
    lifecycle.retry(document=document, actor=None)
    run_jobs()
    document.refresh_from_db()
    assert (document.state, document.failure) == (DocumentState.ISSUED, "")
