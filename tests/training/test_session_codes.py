"""The code of a session: what it may be made of, and how a wrong one is put right."""

import pytest

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from core.exceptions import DomainError
from core.models import JournalEntry
from core.registry import registry
from tests.certificates.sessions import issued_document
from tests.core.backoffice.pages import text_of
from tests.factories import (
    AgreementFactory,
    EnrolmentFactory,
    ProgrammeVersionFactory,
    SessionFactory,
)
from training.domain import agreements
from training.domain.sessions import codes, planning
from training.enums import AgreementState, Modality, SessionState
from training.forms.sessions import SessionForm
from training.models import TrainingSession
from training.session_codes import nearest_code, validate_session_code

NEAREST = {
    "TL/2026-08": "TL-2026-08",
    "S2026:08*?": "S2026-08",
    "ÉTÉ«2026»🙂": "ETE-2026",
    "S-2026-²": "S-2026-2",
    "..": "",
    "-a.": "A",
    "Œuvre & co": "OEUVRE-CO",
    "S\u202e2026": "S2026",
    "李": "",
    "A" * 40: "A" * 24,
}


@pytest.mark.parametrize("code", ["S-2026-01", "TL.2026_08", "a", "9", "S-ESSAI-000", "X" * 24])
def test_a_plain_code_is_right(code: str) -> None:
    validate_session_code(code)


@pytest.mark.parametrize(("code", "nearest"), NEAREST.items())
def test_another_is_refused_in_words_with_the_nearest_right_one(code: str, nearest: str) -> None:
    assert nearest_code(code) == nearest
    with pytest.raises(ValidationError) as refusal:
        validate_session_code(code)
    (sentence,) = refusal.value.messages
    assert ("Par exemple" in sentence) == bool(nearest)
    assert nearest in sentence


@pytest.mark.django_db
def test_the_form_the_model_and_the_domain_refuse_the_same_codes() -> None:
    version = ProgrammeVersionFactory()
    form = SessionForm({"programme_version": version.pk, "code": "tl/2026 -08"})
    assert "« TL-2026-08 »" in form.errors["code"][0]
    with pytest.raises(ValidationError):
        TrainingSession(code="TL/2026-08").clean_fields(exclude=["programme_version"])
    with pytest.raises(DomainError, match="TL-2026-08"):
        planning.create_session(session=TrainingSession(code="TL/2026-08"), actor=None)


@pytest.mark.django_db
def test_the_next_code_ignores_what_is_no_rank() -> None:
    for code in ("S-2026-²", "S-2026-٣", "S-2026-1215", f"S-2026-{'9' * 20}", "S-2026-04"):
        SessionFactory(code=code)
    assert planning.suggest_code(2026) == "S-2026-05"
    assert planning.suggest_code(2027) == "S-2027-01"


@pytest.mark.django_db
def test_the_next_reference_ignores_what_is_no_rank() -> None:
    session = SessionFactory(code="S-2026-04")
    AgreementFactory(session=session, reference="S-2026-04-A²")
    AgreementFactory(session=session, reference="S-2026-04-A007")
    made = agreements.draft(session=session, kind="convention")
    assert made.reference == "S-2026-04-A008"


@pytest.mark.django_db
def test_an_old_code_keeps_no_one_from_changing_the_rest(office) -> None:
    session = SessionFactory(code="TL/2026-08", max_seats=8)
    answer = office.post(
        reverse("sessions:edit", args=[session.pk]),
        {
            "modality": Modality.ON_SITE,
            "enrolling": "public",
            "min_seats": 1,
            "max_seats": 9,
            "price": 5,
        },
    )
    assert answer.status_code == 302
    session.refresh_from_db()
    assert (session.code, session.max_seats) == ("TL/2026-08", 9)


@pytest.mark.django_db
def test_a_wrong_code_is_put_right_from_the_page_of_the_session(office) -> None:
    session = SessionFactory(code="TL/2026-08", state=SessionState.OPEN)
    draft = agreements.draft(session=session, kind="convention")
    url = reverse("sessions:correct_code", args=[session.pk])
    assert url in office.get(reverse("sessions:show", args=[session.pk])).content.decode()
    assert 'value="TL-2026-08"' in office.get(url).content.decode()

    refused = office.post(url, {"code": "a/b"})
    assert "« A-B »" in text_of(refused)
    office.post(url, {"code": "tl-2026-08"})

    session.refresh_from_db()
    draft.refresh_from_db()
    assert (session.code, draft.reference) == ("TL-2026-08", "TL-2026-08-A001")
    entry = JournalEntry.objects.get(verb="session.code_corrected")
    assert entry.details.data == {"from": "TL/2026-08", "to": "TL-2026-08"}
    assert entry.verb in registry.journal_verbs


@pytest.mark.django_db
def test_what_was_issued_keeps_the_code_and_is_named(office) -> None:
    session = SessionFactory(code="TL/2026-08")
    enrolment = EnrolmentFactory(session=session)
    document = issued_document(enrolment)
    AgreementFactory(
        session=session, reference="TL-A1", state=AgreementState.SENT, sent_at=timezone.now()
    )
    url = reverse("sessions:correct_code", args=[session.pk])

    page = text_of(office.get(url))
    assert document.number in page
    assert "TL-A1" in page
    with pytest.raises(DomainError) as refusal:
        codes.correct_code(session=session, code="TL-1")
    assert refusal.value.code == "blocked"
    session.refresh_from_db()
    assert session.code == "TL/2026-08"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "code", "why"),
    [
        (SessionState.OPEN, "s-prise", "session_code_taken"),
        (SessionState.OPEN, "²²²/", "session_code"),
        (SessionState.COMPLETED, "S-1", "session_over"),
    ],
)
def test_a_correction_is_refused(state: str, code: str, why: str) -> None:
    SessionFactory(code="S-Prise")
    session = SessionFactory(state=state)
    with pytest.raises(DomainError) as refusal:
        codes.correct_code(session=session, code=code)
    assert refusal.value.code == why
