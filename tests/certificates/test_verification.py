"""The public pages: authentic, replaced, revoked, unknown; nothing more than needed."""

import datetime as dt

import pytest
import time_machine

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AttemptCounter
from certificates.domain import verification
from certificates.domain.issuing import lifecycle, requests
from certificates.enums import DocumentState
from certificates.models import Document
from certificates.views.verification import FAILURES
from tests.certificates.sessions import (
    certificate_of,
    completed_session,
    issued_document,
    stored_bytes,
)
from tests.factories import EnrolmentFactory, LearnerFactory

pytestmark = pytest.mark.django_db

FORM = "/documents/verifier/"
#: In the middle of a window of ten minutes.
NOW = dt.datetime(2027, 1, 14, 9, 5, tzinfo=dt.UTC)


@pytest.fixture
def certificate(run_jobs) -> Document:
    session = completed_session(people=1)
    run_jobs()
    return certificate_of(session.enrolments.get())


def page_of(client, document: Document):
    return client.get(reverse("certificates:verify", args=[document.token]))


def words(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_an_issued_document_is_authentic_and_shows_only_what_is_needed(anonymous, certificate):
    response = page_of(anonymous, certificate)
    text = words(response)
    assert response.status_code == 200
    assert "Ce document est authentique." in text
    for shown in [
        certificate.number,
        certificate.session.title,
        "7 heures",
        certificate.context["period"].replace("\u00a0", " "),
        certificate.enrolment.learner.initials,
    ]:
        assert shown in text
    learner = certificate.enrolment.learner
    for hidden in [learner.last_name, learner.first_name, learner.email, str(certificate.uuid)]:
        assert hidden not in text


def test_verification_pages_are_neither_listed_nor_kept(anonymous, certificate):
    for response in (anonymous.get(FORM), page_of(anonymous, certificate)):
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "no-store" in response.headers["Cache-Control"]
        assert 'name="robots"' in response.content.decode()


def test_a_superseded_document_names_its_successor(anonymous, certificate, run_jobs):
    learner = certificate.enrolment.learner
    learner.last_name = "Le Bihan"
    learner.save()
    new = requests.correct(document=certificate, actor=None, reason="Nom")
    run_jobs()
    text = words(page_of(anonymous, certificate))
    assert "Ce document a été remplacé." in text
    assert f"Le document {new.number} le remplace" in text
    assert "Ce document est authentique." in words(page_of(anonymous, new))


def test_a_revoked_document_says_since_when_and_not_why(anonymous, certificate):
    lifecycle.revoke(document=certificate, actor=None, reason="Présence contestée")
    text = words(page_of(anonymous, certificate))
    assert "Ce document a été révoqué." in text
    assert "Il n’est plus valable depuis le" in text
    assert "contestée" not in text


def test_an_erased_document_was_issued(anonymous):
    document = issued_document(
        EnrolmentFactory(), state=DocumentState.PURGED, purged_at=timezone.now(), context={}
    )
    text = words(page_of(anonymous, document))
    assert "Ce document a bien été émis." in text


@pytest.mark.parametrize("token", ["x" * 28, "inconnu", "CR-2026-0001"])
def test_an_unknown_document_is_a_plain_404(anonymous, token):
    response = anonymous.get(f"{FORM}{token}/")
    assert response.status_code == 404
    assert "Nous ne connaissons pas ce document." in words(response)


@pytest.mark.parametrize("state", [DocumentState.QUEUED, DocumentState.VOIDED])
def test_a_document_never_issued_is_unknown(anonymous, state):
    document = issued_document(
        EnrolmentFactory(), state=state, issued_at=None, voided_at=timezone.now(), reason="Essai"
    )
    assert page_of(anonymous, document).status_code == 404


# --- By number and code ---------------------------------------------------------------------------


@pytest.mark.parametrize("write", [str, str.lower, lambda text: f" {text} "])
def test_the_right_number_and_code_lead_to_the_page(anonymous, certificate, write):
    response = anonymous.post(
        FORM, {"number": write(certificate.number), "code": write(certificate.check_code)}
    )
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("certificates:verify", args=[certificate.token])


def test_a_wrong_code_and_an_unknown_number_get_the_same_answer(anonymous, certificate):
    tries = [
        {"number": certificate.number, "code": "ABCD-EFGH"},
        {"number": "CR-2026-9999", "code": certificate.check_code},
        {"number": certificate.number, "code": certificate.token[1:9]},
        {"number": certificate.number, "code": "é" * 8},
    ]
    for values in tries:
        response = anonymous.post(FORM, values)
        assert response.status_code == 200
        assert "Aucun document émis par nous ne porte ce numéro" in words(response)


def test_an_empty_form_says_what_is_missing(anonymous):
    response = anonymous.post(FORM, {})
    assert response.status_code == 200
    assert response.context["number_form"].errors.keys() == {"number", "code"}


def test_an_unnumbered_document_cannot_be_found_by_an_empty_number():
    document = issued_document(EnrolmentFactory(), kind="attendance_sheet")
    assert verification.find_by_number(number="", code=document.check_code) is None


def test_documents_that_are_found_never_count(anonymous, certificate):
    typed = {"number": certificate.number, "code": certificate.check_code}
    for _attempt in range(FAILURES + 2):
        assert page_of(anonymous, certificate).status_code == 200
        assert anonymous.post(FORM, typed).status_code == 302
    assert AttemptCounter.objects.get().used == 0


def test_after_many_wrong_codes_each_waits_its_turn_and_a_square_never_does(certificate, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    typed = {"number": certificate.number, "code": certificate.check_code}
    wrong = typed | {"code": "ABCD-EFGH"}
    guesser = Client(headers={"X-Forwarded-For": "192.0.2.1"})
    neighbour = Client(headers={"X-Forwarded-For": "192.0.2.1"})
    elsewhere = Client(headers={"X-Forwarded-For": "192.0.2.2"})
    with time_machine.travel(NOW, tick=False) as clock:
        for _attempt in range(FAILURES):
            assert guesser.post(FORM, wrong).status_code == 200
        guesser.post(FORM, wrong)  # the first in the queue
        waits = neighbour.post(FORM, typed)
        assert (waits.status_code, waits.headers["Retry-After"]) == (429, "3")
        assert "Le vôtre repart tout seul dans 3" in waits.content.decode()
        assert certificate.check_code in waits.content.decode(), "sent again by itself"
        assert page_of(neighbour, certificate).status_code == 200
        assert elsewhere.post(FORM, typed).status_code == 302
        clock.shift(3)
        assert neighbour.post(FORM, typed).status_code == 302


def test_after_many_unknown_documents_one_more_is_asked_to_wait(anonymous, certificate):
    for _attempt in range(FAILURES):
        assert anonymous.get("/documents/verifier/abcdefgh/").status_code == 404
    refused = anonymous.get("/documents/verifier/abcdefgh/")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    assert page_of(anonymous, certificate).status_code == 200


def test_the_check_code_is_easy_to_copy_and_unguessable():
    tokens = {
        issued_document(EnrolmentFactory(learner=LearnerFactory())).token for _rank in range(5)
    }
    assert len(tokens) == 5
    assert all(len(token) == 28 for token in tokens)
    assert not set("0o1li") & set("".join(tokens))


# --- By file --------------------------------------------------------------------------------------

BY_FILE = "/documents/verifier/fichier/"


@pytest.mark.parametrize("write", [str, str.upper, lambda text: f" {text[:32]} {text[32:]} "])
def test_the_hash_of_an_issued_file_is_recognised(anonymous, write):
    document = issued_document(EnrolmentFactory())
    response = anonymous.post(BY_FILE, {"sha256": write(document.files.get().sha256)})
    text = words(response)
    assert response.status_code == 200
    assert "Ce document est authentique." in text
    assert "octet pour octet" in text
    assert document.number in text
    assert document.token not in text


def test_the_file_of_a_revoked_document_is_recognised_as_such(anonymous):
    document = issued_document(EnrolmentFactory())
    lifecycle.revoke(document=document, actor=None, reason="Erreur")
    response = anonymous.post(BY_FILE, {"sha256": document.files.get().sha256})
    assert "Ce document a été révoqué." in words(response)


def test_the_file_of_a_document_never_issued_is_unknown(anonymous):
    document = issued_document(EnrolmentFactory(), state=DocumentState.QUEUED, issued_at=None)
    response = anonymous.post(BY_FILE, {"sha256": document.files.get().sha256})
    assert response.status_code == 404
    assert "Nous n’avons pas émis ce fichier." in words(response)


@pytest.mark.parametrize("odd", ["", "abc", "g" * 64, "0" * 65, "é" * 64, "0" * 5000])
def test_what_is_not_a_hash_is_told_so(anonymous, odd):
    response = anonymous.post(BY_FILE, {"sha256": odd})
    assert response.status_code == 200
    assert response.context["file_form"].errors.keys() == {"sha256"}


def test_checks_by_file_are_counted_with_the_others(anonymous):
    for _attempt in range(FAILURES):
        anonymous.post(BY_FILE, {"sha256": "0" * 64})
    assert anonymous.post(BY_FILE, {"sha256": "0" * 64}).status_code == 429
    wrong = {"number": "CR-2026-0001", "code": "x"}
    assert [anonymous.post(FORM, wrong).status_code for _attempt in range(2)] == [200, 429]


@pytest.mark.django_db(transaction=True)
def test_a_file_is_checked_in_the_browser_and_never_sent(page, phone, assert_accessible, tmp_path):
    """The story of an employer: the right file, then one that was touched."""
    document = issued_document(EnrolmentFactory())
    good, touched = tmp_path / "bon.pdf", tmp_path / "touche.pdf"
    good.write_bytes(stored_bytes(document))
    touched.write_bytes(stored_bytes(document) + b" ")
    posted = []
    page.on(
        "request",
        lambda request: posted.append(request.post_data) if request.method == "POST" else None,
    )
    page.goto(FORM)
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_label("Choisissez le fichier").set_input_files(good)
    assert page.get_by_role("heading", level=1).inner_text() == "Ce document est authentique."
    assert_accessible(page)
    page.goto(FORM)
    with page.expect_navigation():
        page.get_by_label("Choisissez le fichier").set_input_files(touched)
    assert page.get_by_role("heading", level=1).inner_text() == "Nous n’avons pas émis ce fichier."
    assert_accessible(page)
    assert len(posted) == 2
    assert all("%PDF" not in body and "sha256=" in body for body in posted)
    phone.goto(FORM)
    assert_accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
