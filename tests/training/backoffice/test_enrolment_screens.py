"""Enrolments on the page of a session: one action, several at once, a person added."""

import datetime as dt
from http import HTTPStatus

import pytest

from django.urls import reverse
from django.utils import timezone

from core.models import JournalEntry
from tests.core.backoffice.pages import messages_shown, text_of
from tests.factories import (
    AgreementFactory,
    CompanyFactory,
    EnrolmentFactory,
    HalfDayFactory,
    LearnerFactory,
    SessionFactory,
    session_with_people,
)
from training.enums import AgreementKind, EnrolmentState
from training.models import Agreement, Enrolment, Learner

pytestmark = [pytest.mark.django_db]


def action(name, enrolment):
    return reverse(f"enrolments:{name}", args=[enrolment.pk])


def state_of(enrolment):
    return Enrolment.objects.get(pk=enrolment.pk).state


# --- One at a time --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "name", "after", "words"),
    [
        ("requested", "accept", "accepted", "inscription acceptée"),
        ("requested", "waitlist", "waitlisted", "en liste d’attente"),
        ("waitlisted", "offer", "offered", "la place est proposée"),
        ("offered", "accept", "accepted", "inscription acceptée"),
        ("accepted", "confirm", "confirmed", "inscription confirmée"),
    ],
)
def test_a_click_moves_the_enrolment_and_says_so_by_name(office, before, name, after, words):
    enrolment = EnrolmentFactory(state=before)

    response = office.post(action(name, enrolment))

    assert state_of(enrolment) == after
    assert messages_shown(response)[0].startswith(f"{enrolment.learner} : {words}")
    assert response.url == reverse("sessions:enrolments", args=[enrolment.session_id])


def test_a_place_is_not_offered_when_none_is_free(office):
    session = session_with_people(learners=2, max_seats=2)
    waiting = EnrolmentFactory(session=session, state=EnrolmentState.WAITLISTED)

    response = office.post(action("offer", waiting))

    assert state_of(waiting) == EnrolmentState.WAITLISTED
    assert messages_shown(response) == ["Aucune place n’est libre."]


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("requested", "refuse", "refused"),
        ("confirmed", "cancel", "cancelled"),
        ("cancelled", "restore", "confirmed"),
    ],
)
def test_what_needs_a_reason_asks_for_it(office, before, name, after):
    enrolment = EnrolmentFactory(state=before, confirmed_at=timezone.now())

    empty = office.post(action(name, enrolment), {"reason": ""})
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Indiquez le motif." in text_of(empty)
    assert state_of(enrolment) == before

    office.post(action(name, enrolment), {"reason": "À la demande de la personne"})
    assert state_of(enrolment) == after
    entry = JournalEntry.objects.get(object_id=str(enrolment.pk), to_state=after)
    assert entry.details.data["reason"] == "À la demande de la personne"


def test_a_drop_out_keeps_its_day_and_its_reason(office):
    enrolment = EnrolmentFactory()

    wrong = office.post(action("drop_out", enrolment), {"on": "demain", "reason": "Reprise"})
    assert "Cette date n’est pas valide." in text_of(wrong)
    assert "Reprise" in wrong.content.decode()

    office.post(action("drop_out", enrolment), {"on": "2026-11-20", "reason": "Reprise d’emploi"})
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.DROPPED_OUT
    assert (enrolment.ended_on, enrolment.end_reason) == (dt.date(2026, 11, 20), "Reprise d’emploi")


def test_the_refused_person_cannot_be_confirmed(office):
    enrolment = EnrolmentFactory(state=EnrolmentState.REFUSED)

    response = office.post(action("confirm", enrolment))

    assert state_of(enrolment) == EnrolmentState.REFUSED
    assert "le passage à « Confirmée » n’est pas possible" in messages_shown(response)[0]


def test_pedagogy_reads_the_enrolments_without_any_action(pedagogy):
    enrolment = EnrolmentFactory(state=EnrolmentState.REQUESTED)

    content = pedagogy.get(
        reverse("sessions:enrolments", args=[enrolment.session_id])
    ).content.decode()
    response = pedagogy.post(action("accept", enrolment))

    assert str(enrolment.learner) in content
    assert action("accept", enrolment) not in content
    assert response.url == reverse("wagtailadmin_home")
    assert state_of(enrolment) == EnrolmentState.REQUESTED


# --- Several at once ------------------------------------------------------------------------------


def bulk(client, session, verb, *enrolments):
    return client.post(
        reverse("sessions:bulk", args=[session.pk]),
        {"action": verb, "enrolment": [enrolment.pk for enrolment in enrolments]},
    )


def test_several_requests_are_accepted_in_one_action_and_named_in_the_message(office):
    session = SessionFactory()
    first, second = (
        EnrolmentFactory(session=session, state="requested", learner__last_name=name)
        for name in ("Bodin", "Tanguy")
    )

    response = bulk(office, session, "accept", first, second)

    assert state_of(first) == state_of(second) == EnrolmentState.ACCEPTED
    assert messages_shown(response) == ["Acceptées : Aïcha Bodin, Aïcha Tanguy."]


def test_what_cannot_be_confirmed_is_told_apart_and_stops_nobody_else(office):
    session = SessionFactory()
    ready = EnrolmentFactory(session=session, state="accepted")
    unnamed = EnrolmentFactory(session=session, state="accepted", learner=None)
    too_early = EnrolmentFactory(session=session, state="requested")

    response = bulk(office, session, "confirm", ready, unnamed, too_early)

    assert state_of(ready) == EnrolmentState.CONFIRMED
    assert state_of(unnamed) == EnrolmentState.ACCEPTED
    sentences = messages_shown(response)
    assert f"Confirmée : {ready.learner}." in sentences
    assert any(
        s.startswith("Place réservée : Cette place n’a pas encore de nom") for s in sentences
    )
    assert any(s.startswith(f"{too_early.learner} : ") for s in sentences)


def test_enrolments_of_another_session_are_left_aside(office):
    session, other = SessionFactory(), EnrolmentFactory(state="requested")

    response = bulk(office, session, "accept", other)

    assert state_of(other) == EnrolmentState.REQUESTED
    assert messages_shown(response) == ["Cochez d’abord une ou plusieurs inscriptions."]


def test_an_action_that_does_not_exist_does_nothing(office):
    enrolment = EnrolmentFactory(state="requested")

    response = office.post(
        reverse("sessions:bulk", args=[enrolment.session_id]),
        {"action": "delete", "enrolment": [enrolment.pk, "x", "-1"]},
    )

    assert messages_shown(response) == ["Choisissez « Accepter » ou « Confirmer »."]
    assert state_of(enrolment) == EnrolmentState.REQUESTED


# --- A person added -------------------------------------------------------------------------------


def enrol_page(session, query=""):
    return reverse("sessions:enrol", args=[session.pk]) + query


def test_somebody_known_is_found_then_enrolled_at_a_company_s_expense(office):
    session, company = SessionFactory(), CompanyFactory()
    known = LearnerFactory(first_name="Léna", last_name="Tanguy")
    LearnerFactory(last_name="Tanguy", merged_into=known)

    found = office.get(enrol_page(session, "?q=tanguy l"))
    assert f"?person={known.pk}" in found.content.decode()
    assert found.content.decode().count("?person=") == 2  # the person, and « nouvelle »

    response = office.post(
        enrol_page(session, f"?person={known.pk}"),
        {"payer": "company", "company": company.pk, "state": "confirmed", "trainee_type": ""},
    )

    enrolment = session.enrolments.get()
    assert response.status_code == HTTPStatus.FOUND
    assert (enrolment.learner, enrolment.state) == (known, EnrolmentState.CONFIRMED)
    assert (enrolment.agreement.kind, enrolment.agreement.company) == (
        AgreementKind.CONVENTION,
        company,
    )
    assert enrolment.employer == company


def test_somebody_new_is_written_with_the_enrolment_or_not_at_all(office):
    session = session_with_people(learners=1, max_seats=1)
    data = {
        "person-first_name": "Karim",
        "person-last_name": "Haddad",
        "person-email": "",
        "payer": "person",
        "state": "accepted",
    }

    full = office.post(enrol_page(session, "?person=new"), data)
    assert "Cette session est complète." in text_of(full)
    assert 'value="Karim"' in full.content.decode()
    assert not Learner.objects.filter(last_name="Haddad").exists()

    session.max_seats = 2
    session.save()
    office.post(enrol_page(session, "?person=new"), data)
    enrolment = session.enrolments.get(learner__last_name="Haddad")
    assert enrolment.agreement.kind == AgreementKind.CONTRACT


def test_the_form_of_somebody_new_names_what_is_missing(office):
    session = SessionFactory()

    response = office.post(
        enrol_page(session, "?person=new"),
        {"person-first_name": "", "person-last_name": "H", "payer": "company", "state": "accepted"},
    )

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Champ requis." in text_of(response)
    assert "Choisissez l’entreprise qui paie." in text_of(response)


def test_nobody_is_enrolled_twice(office):
    enrolment = EnrolmentFactory()

    response = office.post(
        enrol_page(enrolment.session, f"?person={enrolment.learner_id}"),
        {"payer": "person", "state": "accepted"},
    )

    assert f"{enrolment.learner} est déjà inscrit" in text_of(response)
    assert Agreement.objects.count() == 1


def test_a_person_who_does_not_exist_is_not_found(office):
    response = office.get(enrol_page(SessionFactory(), "?person=4040"))
    assert response.status_code == HTTPStatus.NOT_FOUND


# --- Seats without a name -------------------------------------------------------------------------


def test_seats_are_reserved_for_a_company_all_or_none(office):
    session, company = SessionFactory(max_seats=3), CompanyFactory()
    reserve = reverse("sessions:reserve", args=[session.pk])
    data = {"company": company.pk, "seats": 4, "price": "900", "price_basis": "group"}

    too_many = office.post(reserve, data)
    assert "Il ne reste que 3 places." in text_of(too_many)
    assert not session.enrolments.exists()

    office.post(reserve, {**data, "seats": 2})
    assert session.enrolments.filter(learner=None, state="accepted").count() == 2
    agreement = session.agreements.get()
    assert (agreement.seats, agreement.price, agreement.price_basis) == (2, 900, "group")


def test_a_reserved_seat_is_named_then_its_person_replaced(office):
    seat = EnrolmentFactory(learner=None, state="accepted")
    first, second = LearnerFactory(), LearnerFactory()

    office.post(action("name", seat) + f"?person={first.pk}")
    office.post(action("name", seat) + f"?person={second.pk}")

    seat.refresh_from_db()
    assert (seat.learner, seat.replaces, seat.state) == (second, first, EnrolmentState.ACCEPTED)


def test_a_new_person_takes_a_reserved_seat(office):
    seat = EnrolmentFactory(learner=None, state="accepted")

    response = office.post(
        action("name", seat) + "?person=new", {"first_name": "Yves", "last_name": "Bodin"}
    )

    seat.refresh_from_db()
    assert str(seat.learner) == "Yves Bodin"
    assert messages_shown(response) == ["La place est maintenant celle de Yves Bodin."]


# --- List and sheet -------------------------------------------------------------------------------


def test_the_list_of_enrolments_costs_the_same_for_one_as_for_three(
    office, django_assert_num_queries
):
    for count in (1, 2):
        for _rank in range(count):
            EnrolmentFactory(employer=CompanyFactory())
        with django_assert_num_queries(11):
            assert office.get(reverse("enrolments:index")).status_code == HTTPStatus.OK


def test_details_of_an_enrolment_change_with_a_line_in_the_journal_of_the_session(office):
    enrolment, employer = EnrolmentFactory(), CompanyFactory()

    office.post(
        action("edit", enrolment),
        {"employer": employer.pk, "trainee_type": "employee", "agreement": enrolment.agreement_id},
    )

    enrolment.refresh_from_db()
    assert enrolment.employer == employer
    entry = JournalEntry.objects.get(verb="enrolment.changed")
    assert entry.session == enrolment.session
    assert entry.details.data == {"fields": ["employer"]}


def test_an_agreement_of_another_session_is_refused(office):
    enrolment, elsewhere = EnrolmentFactory(), AgreementFactory()

    response = office.post(
        action("edit", enrolment), {"trainee_type": "", "agreement": elsewhere.pk}
    )

    assert "Sélectionnez un choix valide" in text_of(response)


def test_whoever_left_is_listed_with_the_reason(office):
    session = session_with_people(learners=0)
    HalfDayFactory(session=session)
    gone = EnrolmentFactory(session=session, state="cancelled", end_reason="Maladresse d’agenda")

    words = text_of(office.get(reverse("sessions:enrolments", args=[session.pk])))

    assert "Refusées, annulées, expirées : 1" in words
    assert f"{gone.learner}, annulée" in words
    assert "Maladresse d’agenda" in words
