"""Staff screens of evidence: the tab of a session, audit packs."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine

from django.core.files.storage import storages
from django.urls import reverse

from core.enums import JobState
from core.models import Job, JournalEntry, Message
from evaluations.models import Invitation
from quality.domain import packs
from quality.models import AuditPack
from tests.cast import Actor
from tests.factories import AuditPackFactory, UserFactory
from tests.quality import scenario
from training.models import TrainingSession

pytestmark = pytest.mark.django_db

CODE = "S-2026-01"
INDEX, ADD = "/gestion/qualite/dossiers/", "/gestion/qualite/dossiers/nouveau/"


@pytest.fixture
def session() -> TrainingSession:
    return scenario.delivered_session(code=CODE)


def tab(session: TrainingSession) -> str:
    return reverse("session-quality", args=[session.pk])


# --- The tab of a session -------------------------------------------------------------------------


def test_the_tab_names_what_is_missing_who_and_where_to_act(
    session: TrainingSession, quality: Actor
) -> None:
    enrolment = session.enrolments.order_by("pk").first()
    Message.objects.filter(enrolment=enrolment, kind="enrolment_confirmed").delete()
    page = quality.get(tab(session)).content.decode()
    assert "Convocation ou confirmation envoyée avant le début" in page
    assert str(enrolment.learner) in page
    assert reverse("sessions:messages", args=[session.pk]) in page
    assert "relève de l’organisme certificateur" in page
    assert "Conforme" not in page


def test_the_tab_is_shown_to_those_who_may_open_it(
    session: TrainingSession, quality: Actor, office: Actor
) -> None:
    summary = reverse("sessions:show", args=[session.pk])
    assert tab(session) in quality.get(summary).content.decode()
    assert tab(session) not in office.get(summary).content.decode()


@pytest.mark.parametrize("learners", [1, 3])
def test_the_tab_costs_the_same_queries_whatever_the_number_of_people(
    learners: int, quality: Actor, django_assert_max_num_queries: Callable[..., object]
) -> None:
    session = scenario.delivered_session(learners=learners)
    quality.get(tab(session))
    with django_assert_max_num_queries(36):
        quality.get(tab(session))


def test_the_questionnaire_goes_to_whoever_has_none(
    session: TrainingSession, quality: Actor
) -> None:
    enrolment = session.enrolments.order_by("pk").first()
    invitation = enrolment.invitations.get(questionnaire__kind="satisfaction")
    invitation.response.delete()
    invitation.delete()
    Message.objects.filter(kind="questionnaire_invitation").delete()
    quality.post(reverse("session-quality-ask", args=[session.pk]))
    assert [
        message.enrolment for message in Message.objects.filter(kind="questionnaire_invitation")
    ] == [enrolment]


def test_a_new_link_goes_to_somebody_who_has_not_answered(
    session: TrainingSession, quality: Actor
) -> None:
    enrolment = session.enrolments.order_by("pk").first()
    invitation = enrolment.invitations.get(questionnaire__kind="satisfaction")
    address = reverse("session-quality-ask-again", args=[session.pk, invitation.pk])
    before = invitation.token_hash
    page = quality.post(address, follow=True).content.decode()
    assert "déjà répondu" in page
    invitation.response.delete()
    quality.post(address)
    assert Invitation.objects.get(pk=invitation.pk).token_hash != before


def test_the_invitation_of_another_session_is_not_found(
    session: TrainingSession, quality: Actor
) -> None:
    other = scenario.delivered_session(learners=1, half_days=1, code="S-AUTRE")
    invitation = Invitation.objects.filter(enrolment__session=other).first()
    address = reverse("session-quality-ask-again", args=[session.pk, invitation.pk])
    assert quality.post(address).status_code == 404


# --- Audit packs ----------------------------------------------------------------------------------


def test_the_pack_of_a_session_is_one_action_away(
    session: TrainingSession, quality: Actor, run_jobs: Callable[[], None]
) -> None:
    answer = quality.post(reverse("session-quality-pack", args=[session.pk]))
    pack = AuditPack.objects.get()
    assert answer.headers["Location"] == reverse("audit-packs:show", args=[pack.uuid])
    assert pack.requested_by == quality.user
    assert "Préparation en cours" in quality.get(answer.headers["Location"]).content.decode()
    run_jobs()
    pack.refresh_from_db()
    page = quality.get(answer.headers["Location"]).content.decode()
    assert pack.manifest_sha256 in page
    download = quality.get(reverse("audit-packs:download", args=[pack.uuid]))
    content = b"".join(download.streaming_content)
    assert content.startswith(b"PK")
    assert len(content) == pack.size
    assert pack.name in download.headers["Content-Disposition"]
    assert "no-store" in download.headers["Cache-Control"]
    assert JournalEntry.objects.filter(verb="audit_pack.downloaded", actor=quality.user).exists()


def test_a_period_is_asked_for(session: TrainingSession, quality: Actor) -> None:
    answer = quality.post(
        ADD,
        {
            "start": "2026-09-01",
            "end": "2026-09-30",
            "codes": f" {CODE} ,\n",
            "referential": "RNQ-V9",
        },
    )
    assert answer.status_code == 302
    pack = AuditPack.objects.get()
    assert pack.filters == {
        "from": "2026-09-01",
        "to": "2026-09-30",
        "sessions": [CODE],
        "referential": "RNQ-V9",
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choisissez une période"),
        ({"codes": "S-NON"}, "S-NON"),
        ({"start": "2026-09-01"}, "les deux jours"),
        ({"start": "2026-09-02", "end": "2026-09-01"}, "finit avant de commencer"),
        ({"start": "demain", "end": "2026-09-01"}, "date valide"),
        ({"codes": CODE, "referential": "RNQ-V99"}, "choix valide"),
    ],
)
def test_an_odd_choice_is_refused_with_a_sentence(
    session: TrainingSession, quality: Actor, typed: dict[str, str], sentence: str
) -> None:
    answer = quality.post(ADD, {"referential": "RNQ-V10", **typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not AuditPack.objects.exists()


def test_the_grid_in_force_is_offered_first(quality: Actor) -> None:
    for day, grid in ((dt.date(2026, 10, 31), "RNQ-V9"), (dt.date(2026, 11, 1), "RNQ-V10")):
        with time_machine.travel(dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC), tick=False):
            page = quality.get(ADD).content.decode()
        assert f'value="{grid}" selected' in page


def test_a_failed_pack_says_why_and_can_be_tried_again(
    session: TrainingSession, quality: Actor, run_commits: Callable[[], None]
) -> None:
    pack = packs.request_pack(selection=packs.selection_for(codes=(CODE,)), actor=quality.user)
    Job.objects.filter(pk=pack.job.pk).update(
        state=JobState.FAILED, error="Disque plein.", finished_at=scenario.NOW
    )
    address = reverse("audit-packs:show", args=[pack.uuid])
    assert "Disque plein." in quality.get(address).content.decode()
    assert "En échec" in quality.get(INDEX).content.decode()
    quality.post(reverse("audit-packs:retry", args=[pack.uuid]))
    assert Job.objects.get(pk=pack.job.pk).state == JobState.QUEUED


def test_a_pack_that_is_gone_is_said_to_be(
    session: TrainingSession, quality: Actor, run_jobs: Callable[[], None]
) -> None:
    pack = packs.request_pack(selection=packs.selection_for(codes=(CODE,)), actor=quality.user)
    run_jobs()
    pack.refresh_from_db()
    storages["private"].delete(pack.key)
    page = quality.get(reverse("audit-packs:download", args=[pack.uuid]), follow=True)
    assert "n’est plus disponible" in page.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_queries_whatever_its_length(
    number: int, quality: Actor, django_assert_num_queries: Callable[..., object]
) -> None:
    for _rank in range(number):
        AuditPackFactory(requested_by=UserFactory())
    quality.get(INDEX)
    with django_assert_num_queries(11):
        quality.get(INDEX)
