"""A sheet narrowed to a company or to a person: an employer must not see the others."""

import datetime as dt

import pytest
import time_machine

from django.urls import reverse

from attendance.domain import bulk
from attendance.domain.locking import lock_half_day
from attendance.domain.recording import record_presence
from attendance.enums import AttendanceMethod
from certificates import kinds
from certificates.domain import access
from certificates.domain.issuing import requests, sheets
from certificates.domain.kinds import attendance_sheet
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.enums import DocumentState
from certificates.models import Document
from core.exceptions import DomainError
from tests.attendance.people import DAY, at, room, typed
from tests.certificates.sessions import attended_session, stored_bytes, text_of
from tests.factories import CompanyFactory, HalfDayFactory, OrganisationFactory, VenueFactory
from training.enums import Modality
from training.models import SessionGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def employed(company_contact, learner):
    """A session of three people: `learner` and Paul of two companies, Léa of none."""
    OrganisationFactory()
    with time_machine.travel(at(12, 25), tick=False):
        place = room(3)
        aicha, paul, _lea = place.enrolments
        aicha.learner, aicha.employer = learner.person, company_contact.person.company
        aicha.save()
        paul.employer = CompanyFactory(name="Ferme du Bout du Pont")
        paul.save()
        for enrolment in place.enrolments:
            place.sign(enrolment)
        lock_half_day(
            half_day=place.half_day,
            trainer=place.trainer,
            actor=place.actor,
            signature=typed(str(place.trainer)),
        )
    return place


def names(sheet: dict) -> list[str]:
    return [row["name"] for row in sheet["blocks"][0]["rows"]]


def test_the_sheet_of_a_company_names_its_own_people_alone(employed):
    aicha, paul, lea = employed.enrolments
    facts = DocumentFacts(employed.session)
    sheet = attendance_sheet.context(facts=facts, enrolment=None, on=DAY, company=paul.employer)
    assert names(sheet) == ["Paul Durand"]
    assert [total["name"] for total in sheet["totals"]] == ["Paul Durand"]
    assert sheet["only"] == "Personnes de l’entreprise Ferme du Bout du Pont seulement"
    for other in (aicha, lea):
        assert other.learner.last_name not in str(sheet)
    mine = attendance_sheet.context(facts=facts, enrolment=lea, on=DAY)
    assert names(mine) == ["Léa Martin"]
    assert "Durand" not in str(mine)


def test_a_narrowed_sheet_leaves_out_the_half_days_of_others(employed):
    group = SessionGroup.objects.create(session=employed.session, name="B")
    other = HalfDayFactory(session=employed.session, day=DAY + dt.timedelta(days=1))
    other.groups.add(group)
    facts = DocumentFacts(employed.session)
    mine = attendance_sheet.context(facts=facts, enrolment=employed.enrolments[1], on=DAY)
    assert [len(block["half_days"]) for block in mine["blocks"]] == [1]
    assert mine["planned"] == "3\u00a0heures\u00a030"


def test_nobody_to_print_is_refused(employed):
    stranger = CompanyFactory()
    with pytest.raises(DomainError) as refusal:
        sheets.ask(session=employed.session, actor=None, company=stranger)
    assert refusal.value.code == "nobody_there"
    assert not Document.objects.filter(kind=kinds.COMPANY_SHEET).exists()


def test_an_employer_reads_the_sheet_of_its_people_and_no_other(
    employed, company_contact, learner, other_learner, trainer
):
    aicha, paul, lea = employed.enrolments
    asked = {
        name: sheets.ask(session=employed.session, actor=None, **about)
        for name, about in {
            "session": {},
            "own": {"company": aicha.employer},
            "others": {"company": paul.employer},
            "learner": {"enrolment": aicha},
            "other learner": {"enrolment": lea},
        }.items()
    }
    Document.objects.update(state=DocumentState.ISSUED, issued_at=at(13))

    def readable(actor) -> set[str]:
        found = set(access.documents_for(actor.user).values_list("pk", flat=True))
        return {name for name, document in asked.items() if document.pk in found}

    assert readable(company_contact) == {"own"}
    assert readable(learner) == {"learner"}
    assert readable(other_learner) == set()
    assert readable(trainer) == set()
    page = company_contact.get(reverse("portal:home")).content.decode()
    assert str(asked["own"].uuid) in page
    assert str(asked["others"].uuid) not in page


def test_the_same_sheet_asked_twice_has_the_same_bytes(run_jobs):
    """Probative case 10: nothing changed, the stored file is the same, byte for byte."""
    session = attended_session(people=1)
    sheet = sheets.ask(session=session, actor=None)
    run_jobs()
    first = stored_bytes(sheet)
    sheet.refresh_from_db()
    hashed = sheet.files.get().sha256
    again = sheets.ask(session=session, actor=None)
    run_jobs()
    assert again == sheet
    assert stored_bytes(again) == first
    assert again.files.get().sha256 == hashed
    assert "page 1/" in text_of(first)


def test_what_was_recorded_since_makes_a_new_version_that_supersedes(employed, run_jobs):
    sheet = sheets.ask(session=employed.session, actor=None)
    Document.objects.filter(pk=sheet.pk).update(state=DocumentState.ISSUED, issued_at=at(13))
    with time_machine.travel(at(9, 30, day=15), tick=False):
        second = HalfDayFactory(
            session=employed.session, day=DAY + dt.timedelta(days=1), trainers=[employed.trainer]
        )
        employed.half_day = second
        employed.sign(employed.enrolments[0])
    newer = sheets.ask(session=employed.session, actor=None)
    assert (newer.version, newer.supersedes) == (2, sheet)
    # Asked once more before it is rendered: the same row, or its facts of the moment.
    assert sheets.ask(session=employed.session, actor=None) == newer
    assert not requests.has_changed(newer)


def test_the_office_asks_for_a_sheet_from_the_documents_of_the_session(office, employed):
    paul = employed.enrolments[1]
    url = reverse("session-documents-sheet", args=[employed.session.pk])
    assert "Ferme du Bout du Pont" in office.get(url).content.decode()
    assert office.post(url, {"about": "company-0"}).status_code == 422
    assert office.post(url, {"about": f"company-{paul.employer_id}"}).status_code == 302
    document = Document.objects.get(kind=kinds.COMPANY_SHEET)
    assert document.company == paul.employer
    tab = office.get(reverse("session-documents", args=[employed.session.pk]))
    assert "Feuille d’émargement par entreprise" in tab.content.decode()


# --- What cells say -------------------------------------------------------------------------------


def test_a_late_statement_is_printed_as_late_with_its_date():
    OrganisationFactory()
    place = room(2)
    on_time, late = place.enrolments
    bulk.append_many(
        session=place.session,
        rows=[
            bulk.PastEvent(
                half_day=place.half_day,
                enrolment=enrolment,
                received_at=moment,
                signed_name=str(enrolment.learner),
            )
            # The window closes at 13 h.
            for enrolment, moment in [(on_time, at(12, 58)), (late, at(18, 5, day=15))]
        ],
    )
    sheet = attendance_sheet.context(facts=DocumentFacts(place.session), enrolment=None, on=DAY)
    first_notes = {row["name"]: row["cells"][0]["notes"][0] for row in sheet["blocks"][0]["rows"]}
    assert first_notes == {
        "Aïcha Morvan": "12\u00a0h\u00a058",
        "Paul Durand": "signé après coup le 15\u00a0janvier 2027 à 18\u00a0h\u00a005",
    }


def test_hours_are_those_of_the_clock_of_the_place():
    OrganisationFactory()
    place = room(1)
    place.session.venue = VenueFactory(name="Cayenne", city="", time_zone="America/Cayenne")
    place.session.save()
    HalfDayFactory(session=place.session, day=DAY, modality=Modality.REMOTE, counted_minutes=60)
    with time_machine.travel(at(12, 25), tick=False):
        record_presence(
            half_day=place.half_day,
            enrolment=place.enrolments[0],
            method=AttendanceMethod.DECLARED_BY_TRAINER,
            signature=None,
            reason="Tablette en panne",
            actor=place.actor,
        )
    sheet = attendance_sheet.context(facts=DocumentFacts(place.session), enrolment=None, on=DAY)
    here, remote = sheet["blocks"][0]["half_days"]
    assert here["times"] == "5\u00a0h – 8\u00a0h\u00a030, heure locale (UTC−3)"
    assert remote["times"] == "9\u00a0h – 12\u00a0h\u00a030"
    assert remote["place"] == "à distance"
