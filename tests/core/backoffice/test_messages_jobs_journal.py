"""Messages, background jobs, journal, and the to-do list of the home page."""

import ast
import datetime as dt

import pytest
import time_machine

from django.urls import reverse
from django.utils import timezone

from core.enums import JobState, MessageChannel, MessageState
from core.models import JournalEntry
from core.registry import registry
from tests.codebase.sources import nodes, python_files
from tests.core.backoffice.pages import count_queries, messages_shown, text_of
from tests.factories import (
    PARIS,
    AdaptationFactory,
    EnrolmentFactory,
    HalfDayFactory,
    JobFactory,
    MessageFactory,
    SessionFactory,
    session_with_people,
)
from training.enums import EnrolmentState, HalfDayState, SessionState

pytestmark = [pytest.mark.django_db]

HOME = "/gestion/"
TODAY = timezone.localdate()
#: Before any half-day of today is over: what is late is what the tests made late.
EARLY_TODAY = dt.datetime.combine(TODAY, dt.time(8), tzinfo=PARIS)


def message_page(name, message):
    return reverse(f"messages:{name}", args=[message.pk])


def letter(**values):
    return MessageFactory(
        state=MessageState.TO_DELIVER, channel=MessageChannel.POST, to_email="", **values
    )


# --- Messages -------------------------------------------------------------------------------------


def test_the_text_of_a_message_is_readable(office):
    message = MessageFactory(body_text="Nous vous attendons à 9 h.\nÀ bientôt.")
    assert "Nous vous attendons à 9 h. À bientôt." in text_of(
        office.get(message_page("inspect", message))
    )


def test_a_personal_link_that_travels_by_mail_is_not_shown(office):
    secret = MessageFactory(is_secret=True, body_text="https://exemple.test/jeton")

    words = text_of(office.get(message_page("inspect", secret)))

    assert "jeton" not in words
    assert "son texte ne se lit pas ici" in words


def test_a_failed_message_is_sent_again(office):
    failed = MessageFactory(state=MessageState.FAILED, error="SMTPServerDisconnected", attempts=6)
    assert "SMTPServerDisconnected" in text_of(office.get(message_page("retry", failed)))

    office.post(message_page("retry", failed))

    failed.refresh_from_db()
    assert failed.state in {MessageState.QUEUED, MessageState.SENT}
    assert failed.error == ""
    assert JournalEntry.objects.get(verb="message.retried").actor == office.user


def test_a_message_that_did_not_fail_is_not_sent_twice(office):
    sent = MessageFactory(state=MessageState.SENT)

    response = office.post(message_page("retry", sent))

    assert messages_shown(response) == ["Ce message n’est pas en échec."]
    sent.refresh_from_db()
    assert sent.state == MessageState.SENT


def test_a_letter_is_marked_delivered_and_its_secret_blanked(office):
    message = letter(is_secret=True, body_text="Votre code : 1234")
    assert "1234" in text_of(office.get(message_page("inspect", message)))

    office.post(message_page("deliver", message))

    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert "1234" not in message.body_text


def test_a_mail_cannot_be_marked_delivered(office):
    message = MessageFactory()

    response = office.post(message_page("deliver", message))

    assert "n’attend pas d’être remis" in messages_shown(response)[0]
    message.refresh_from_db()
    assert message.state == MessageState.QUEUED


# --- Jobs -----------------------------------------------------------------------------------------


def test_a_failed_job_is_started_again_by_whoever_asked_for_it(quality, office):
    mine = JobFactory(state=JobState.FAILED, error="Disque plein.", actor=quality.user)
    other = JobFactory(state=JobState.FAILED)

    assert "Disque plein." in text_of(quality.get(reverse("jobs:inspect", args=[mine.pk])))
    quality.post(reverse("jobs:retry", args=[mine.pk]))
    refused = quality.post(reverse("jobs:retry", args=[other.pk]))

    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.state == JobState.QUEUED
    assert refused.url == reverse("wagtailadmin_home")
    assert other.state == JobState.FAILED


def test_a_job_that_runs_is_not_started_twice(office):
    job = JobFactory(state=JobState.RUNNING, progress=12, total=40)
    assert "12 sur 40" in text_of(office.get(reverse("jobs:index")))

    response = office.post(reverse("jobs:retry", args=[job.pk]))

    assert messages_shown(response) == ["Cette tâche n’est pas en échec."]


# --- Journal --------------------------------------------------------------------------------------


def test_the_journal_speaks_french_and_says_when_details_were_erased(office):
    enrolment = EnrolmentFactory()
    office.post(reverse("enrolments:cancel", args=[enrolment.pk]), {"reason": "Déménagement"})

    words = text_of(office.get(reverse("journal:index")))
    assert "Inscription annulée" in words
    assert "Confirmée → Annulée Déménagement" in words

    JournalEntry.objects.get(verb="enrolment.cancelled").details.delete()
    assert "Détail effacé" in text_of(office.get(reverse("journal:index")))


def test_every_verb_of_the_journal_has_its_words():
    written = {
        value.value
        for path in python_files(product_only=True)
        if path.parent.name != "backoffice"
        for keyword in nodes(path, ast.keyword)
        if keyword.arg == "verb" and isinstance(value := keyword.value, ast.Constant)
    }
    assert len(written) > 40
    assert written - set(registry.journal_verbs) == set()


def test_every_kind_of_background_job_has_its_words():
    asked = {
        node.value.value
        for path in python_files(product_only=True)
        for node in nodes(path, ast.Assign)
        if isinstance(node.value, ast.Constant)
        and any(isinstance(name, ast.Name) and "JOB_KIND" in name.id for name in node.targets)
    } | {
        keyword.value.value
        for path in python_files(product_only=True)
        for call in nodes(path, ast.Call)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "enqueue"
        for keyword in call.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }
    assert {"document", "audit_pack"} <= asked
    assert asked - set(registry.job_kinds) == set()


def test_background_jobs_are_listed_and_filtered_by_their_words(direction):
    JobFactory(kind="import_preview")
    JobFactory(kind="audit_pack")

    words = text_of(direction.get(reverse("jobs:index"), {"kind": "audit_pack"}))
    rows = words.partition("Avancement")[2]
    assert "Dossier d’audit" in rows
    assert "Lecture d’un registre" not in rows


# --- Home -----------------------------------------------------------------------------------------


@time_machine.travel(EARLY_TODAY)
def test_the_home_page_lists_by_name_what_is_to_be_done(direction):
    today = session_with_people(code="S-JOUR", first_day=TODAY)
    late = session_with_people(code="S-RETARD", first_day=TODAY - dt.timedelta(days=3))
    done = SessionFactory(code="S-FINIE", state=SessionState.CONFIRMED)
    HalfDayFactory(
        session=done,
        day=TODAY - dt.timedelta(days=9),
        state=HalfDayState.HELD,
        held_at=timezone.now(),
    )
    request = EnrolmentFactory(session=today, state=EnrolmentState.REQUESTED)
    adaptation = AdaptationFactory(enrolment=late.enrolments.first())
    post = letter(to_name="Yves Bodin")

    response = direction.get(HOME)
    words = text_of(response)

    assert "Bonjour Maëlle" in words
    assert "Aujourd’hui 1 S-JOUR" in words
    assert f"Demandes à traiter 1 {request.learner}" in words
    assert f"Aménagements à étudier 1 {adaptation.enrolment.learner}" in words
    assert "À clore 1 S-RETARD" in words
    assert "À terminer 1 S-FINIE" in words
    assert f"Messages non partis ou à remettre 1 {post.subject}, pour Yves Bodin" in words
    assert "Document" not in words.split("Bonjour")[1].split("Aujourd’hui")[0]


def test_the_home_page_is_kind_when_nothing_is_to_be_done(office):
    words = text_of(office.get(HOME))
    assert "Toutes les demandes ont reçu une réponse." in words
    assert "Aucune demi-journée aujourd’hui." in words


def test_panels_follow_what_one_may_do(quality, editor, pedagogy):
    AdaptationFactory()

    assert "Demandes à traiter" not in text_of(quality.get(HOME))
    assert "Aménagements à étudier" not in text_of(quality.get(HOME))
    assert "Aménagements à étudier" in text_of(pedagogy.get(HOME))
    assert "Aujourd’hui" not in text_of(editor.get(HOME))


def test_a_long_list_shows_its_beginning_and_leads_to_the_whole(office):
    session = SessionFactory(max_seats=20)
    for _rank in range(10):
        EnrolmentFactory(session=session, state=EnrolmentState.REQUESTED)

    response = office.get(HOME)

    assert "Demandes à traiter 8+" in text_of(response)
    assert f'href="{reverse("enrolments:index")}?state=requested"' in response.content.decode()


@time_machine.travel(EARLY_TODAY)
def test_the_home_page_costs_the_same_whatever_is_to_be_done(office):
    counts = set()
    for rows in (1, 3):
        for _rank in range(rows):
            session = session_with_people(first_day=TODAY)
            HalfDayFactory(session=session, day=TODAY - dt.timedelta(days=2))
            EnrolmentFactory(session=session, state=EnrolmentState.REQUESTED)
            letter()
        counts.add(count_queries(office, HOME))
    # Each app adds panels of its own.
    assert len(counts) == 1
    assert counts.pop() <= 48


def test_the_menu_shows_what_one_may_open(office, editor):
    assert "Inscriptions" in office.get(HOME).content.decode()
    assert reverse("enrolments:index") not in editor.get(HOME).content.decode()
