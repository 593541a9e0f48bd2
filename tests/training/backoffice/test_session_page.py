"""The page of a session: its tabs, its heading, its actions."""

import datetime as dt
from http import HTTPStatus

import pytest

from django.urls import reverse
from django.utils import timezone

from wagtail import hooks

from core.models import JournalEntry
from tests.core.backoffice.pages import count_queries, message_text, text_of
from tests.factories import (
    EnrolmentFactory,
    HalfDayFactory,
    MessageFactory,
    ProgrammeVersionFactory,
    SessionFactory,
    programme_content,
    session_with_people,
)
from training.backoffice.session_tabs import SessionTab
from training.enums import EnrolmentState, Modality, SessionState
from training.models import TrainingSession

pytestmark = [pytest.mark.django_db]

TABS = ["show", "half_days", "enrolments", "agreements", "messages", "journal"]


def page(name, session):
    return reverse(f"sessions:{name}", args=[session.pk])


# --- Tabs -----------------------------------------------------------------------------------------


def test_a_room_adds_a_tab_through_the_hook(office):
    session = SessionFactory()

    def add(session, request, tabs):
        tabs.append(SessionTab("papers", "Paperasse", f"/papers/{session.pk}/", badge=3, order=15))

    with hooks.register_temporarily("construct_session_tabs", add):
        response = office.get(page("show", session))

    tabs = response.content.decode().partition('<nav class="bo-tabs"')[2]
    assert f'href="/papers/{session.pk}/"' in tabs
    assert tabs.index("Résumé") < tabs.index("Paperasse") < tabs.index("Accords")


def test_the_page_of_a_session_that_does_not_exist_is_not_found(office):
    assert office.get(reverse("sessions:show", args=[4040])).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("name", TABS)
def test_a_tab_asks_as_many_questions_for_one_row_as_for_three(office, name):
    counts = set()
    for rows in (1, 3):
        session = session_with_people(learners=rows, half_days=rows)
        for rank in range(rows):
            EnrolmentFactory(session=session, state=EnrolmentState.REQUESTED)
            MessageFactory(session=session)
            office.post(page("add_group", session), {"name": f"Groupe {rank}"})
        counts.add(count_queries(office, page(name, session)))
    # Each app adds a tab of its own, and may make one query for its badge.
    assert len(counts) == 1
    assert counts.pop() <= 30


def test_the_heading_tells_seats_taken_and_waiting(office):
    session = session_with_people(learners=2, max_seats=4)
    EnrolmentFactory(session=session, state=EnrolmentState.WAITLISTED)

    assert "2 sur 4, 1 en attente" in text_of(office.get(page("show", session)))


def test_the_journal_tab_names_who_it_is_about_and_why(office):
    session = session_with_people(learners=1)
    enrolment = session.enrolments.get()
    office.post(
        reverse("enrolments:cancel", args=[enrolment.pk]), {"reason": "Changement de poste"}
    )

    words = text_of(office.get(page("journal", session)))
    assert "Inscription annulée Changement de poste" in words
    assert f"{enrolment.learner} Confirmée → Annulée Nolwenn" in words


# --- Actions -------------------------------------------------------------------------------------


def test_an_action_that_something_stands_in_the_way_of_says_what_and_leads_to_the_remedy(office):
    session = SessionFactory(state=SessionState.DRAFT, venue=None)

    response = office.get(page("show", session))

    words = text_of(response)
    assert "« Ouvrir » n’est pas encore possible" in words
    assert "Aucune demi-journée n’est prévue." in words
    assert f'href="{page("plan", session)}"' in response.content.decode()
    assert f'href="{page("open", session)}"' not in response.content.decode()


def test_half_days_without_a_place_lead_to_the_form_of_the_session(office):
    session = SessionFactory(state=SessionState.DRAFT, venue=None)
    HalfDayFactory(session=session)

    response = office.get(page("open", session))

    assert "Le lieu n’est pas indiqué." in text_of(response)
    assert f'href="{page("edit", session)}"' in response.content.decode()
    assert "<form method" not in response.content.decode()


def test_completing_is_refused_by_name_while_an_enrolment_is_undecided(office):
    session = session_with_people(learners=1)
    waiting = EnrolmentFactory(session=session, state=EnrolmentState.REQUESTED)

    response = office.post(page("complete", session))

    assert str(waiting.learner) in message_text(response)
    session.refresh_from_db()
    assert session.state == SessionState.CONFIRMED


def test_the_office_opens_then_confirms_a_session(office):
    session = SessionFactory(state=SessionState.DRAFT)
    HalfDayFactory(session=session, trainers=[])

    office.post(page("open", session))
    refused = office.post(page("confirm", session))
    assert "Demi-journées sans personne formatrice" in message_text(refused)

    half_day = session.half_days.get()
    data = half_day_data(half_day)
    office.post(reverse("half-days:change", args=[half_day.pk]), data)
    office.post(page("confirm", session))

    session.refresh_from_db()
    assert session.state == SessionState.CONFIRMED
    verbs = set(JournalEntry.objects.filter(session=session).values_list("verb", flat=True))
    assert {"session.opened", "session.confirmed"} <= verbs


def half_day_data(half_day):
    """The form of a half-day as the page gives it, with a new trainer in the first row."""
    from tests.factories import TrainerFactory

    start, end = timezone.localtime(half_day.starts_at), timezone.localtime(half_day.ends_at)
    return {
        "label": half_day.label,
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "ends_at": f"{end:%Y-%m-%dT%H:%M}",
        "counted_minutes": half_day.counted_minutes,
        "modality": half_day.modality,
        "venue": "",
        "link": "",
        "trainers-TOTAL_FORMS": "1",
        "trainers-INITIAL_FORMS": "0",
        "trainers-0-trainer": TrainerFactory().pk,
        "trainers-0-role": "lead",
        "trainers-0-status": "employed",
    }


def test_cancelling_asks_why_and_keeps_the_page_when_nothing_is_said(office):
    session = session_with_people(learners=2)

    asked = office.get(page("cancel", session))
    assert "2 personnes recevront un message" in text_of(asked)

    empty = office.post(page("cancel", session), {"reason": "  "})
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Indiquez le motif." in text_of(empty)
    session.refresh_from_db()
    assert session.state == SessionState.CONFIRMED

    done = office.post(page("cancel", session), {"reason": "Trop peu de monde"})
    assert done.status_code == HTTPStatus.FOUND
    session.refresh_from_db()
    assert session.state == SessionState.CANCELLED
    assert session.messages.count() == 2


def test_a_completed_session_is_reopened_with_a_reason_then_archived(office):
    session = session_with_people(state=SessionState.COMPLETED, learners=1)

    office.post(page("reopen", session), {"reason": "Une présence à corriger"})
    session.refresh_from_db()
    assert session.state == SessionState.CONFIRMED

    again = session_with_people(state=SessionState.COMPLETED, learners=1)
    office.post(page("archive", again))
    again.refresh_from_db()
    assert again.state == SessionState.ARCHIVED


def test_an_action_that_the_state_does_not_allow_is_refused_in_words(office):
    session = SessionFactory(state=SessionState.CANCELLED)

    response = office.post(page("open", session))

    assert response.status_code == HTTPStatus.FOUND
    assert "Session à l’état « Annulée »" in message_text(response)


def test_quality_reads_the_page_and_has_no_action(quality):
    session = session_with_people()

    content = quality.get(page("show", session)).content.decode()

    assert page("cancel", session) not in content
    assert page("edit", session) not in content


def test_a_newer_programme_is_adopted_until_something_was_sold(office):
    session = SessionFactory(state=SessionState.DRAFT)
    newer = ProgrammeVersionFactory(
        programme=session.programme_version.programme,
        number=2,
        content=programme_content(title="Gouvernance partagée, revue"),
    )
    assert "Une version plus récente existe" in text_of(office.get(page("show", session)))

    office.post(page("adopt_programme", session))

    session.refresh_from_db()
    assert session.programme_version == newer
    refused = office.post(page("adopt_programme", session))
    assert "La session suit déjà la dernière version" in message_text(refused)


# --- List and form --------------------------------------------------------------------------------


def test_the_list_asks_as_many_questions_for_one_session_as_for_three(
    office, django_assert_num_queries
):
    for count in (1, 2):
        for _rank in range(count):
            session_with_people(learners=2)
        with django_assert_num_queries(11):
            response = office.get(reverse("sessions:index"))
        assert response.status_code == HTTPStatus.OK


def test_the_list_says_states_dates_and_seats_in_words(office):
    session_with_people(first_day=dt.date(2027, 1, 14), half_days=2, learners=3, max_seats=8)

    words = text_of(office.get(reverse("sessions:index")))

    assert "Confirmée 14 et 15 janvier 2027" in words
    assert "3 sur 8" in words


def test_sessions_are_found_by_programme_and_filtered_by_state(office):
    wanted = SessionFactory(code="S-2027-01", state=SessionState.OPEN)
    SessionFactory(code="S-2027-02", state=SessionState.CANCELLED)

    words = text_of(office.get(reverse("sessions:index"), {"state": "open", "q": "Gouvernance"}))

    assert wanted.code in words
    assert "S-2027-02" not in words


def session_data(**values):
    """The form of a session, filled."""
    return {
        "programme_version": values.pop("version").pk if "version" in values else "",
        "code": "S-2027-09",
        "modality": Modality.ON_SITE,
        "enrolling": "public",
        "min_seats": 4,
        "max_seats": 12,
        "price": "",
        **values,
    }


def test_a_new_session_starts_as_a_draft_at_the_price_of_its_programme(office):
    version = ProgrammeVersionFactory()
    proposed = text_of(office.get(reverse("sessions:add")))
    assert "Code" in proposed

    response = office.post(
        reverse("sessions:add"), session_data(version=version, code="s-2027-09 ")
    )

    session = TrainingSession.objects.get()
    assert response.url == page("half_days", session)
    assert (session.code, session.state, session.price) == ("S-2027-09", SessionState.DRAFT, 560)
    assert JournalEntry.objects.filter(verb="session.created", session=session).exists()


def test_a_forged_state_is_ignored(office):
    version = ProgrammeVersionFactory()

    office.post(reverse("sessions:add"), session_data(version=version, state="confirmed"))

    assert TrainingSession.objects.get().state == SessionState.DRAFT


def test_the_maximum_cannot_go_below_the_seats_taken(office):
    session = session_with_people(learners=3, max_seats=8)

    response = office.post(
        page("edit", session), session_data(max_seats=2, min_seats=1, price="560")
    )

    assert "3 places sont déjà prises" in text_of(response)
    session.refresh_from_db()
    assert session.max_seats == 8


def test_the_facts_of_an_open_session_change_but_not_its_code(office):
    session = SessionFactory(code="S-2027-01", max_seats=8)

    office.post(page("edit", session), session_data(code="AUTRE", max_seats=9, price="480"))

    session.refresh_from_db()
    assert (session.code, session.max_seats, session.price) == ("S-2027-01", 9, 480)
    entry = JournalEntry.objects.get(verb="session.changed")
    assert "max_seats" in entry.details.data["fields"]


def test_a_session_that_is_over_has_no_form(office):
    session = SessionFactory(state=SessionState.COMPLETED)

    response = office.get(page("edit", session))

    assert response.url == page("show", session)
    assert "elle ne se modifie plus" in message_text(response)
