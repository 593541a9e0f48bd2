"""What the product says of itself: alive, ready, and to staff what is wrong."""

import datetime as dt
import shutil
from typing import Any

import pytest

from django.db import DatabaseError
from django.utils import timezone

from core.domain import jobs
from core.enums import JobState
from core.models import LastRun
from operations.domain import health
from tests.cast import Actor
from tests.factories import JobFactory, MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _swept() -> None:
    jobs.note_run(jobs.SWEEP)


def _ago(**length: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(**length)


def _codes() -> list[str]:
    return [problem.code for problem in health.problems()]


def test_a_site_at_work_is_ready(anonymous: Actor) -> None:
    response = anonymous.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "codes": [], "problems": []}
    assert "no-store" in response["Cache-Control"]


def test_a_sweep_of_long_ago_is_said_with_its_hour(anonymous: Actor) -> None:
    LastRun.objects.update(at=_ago(minutes=4))
    response = anonymous.get("/readyz")
    assert response.status_code == 503
    assert response.json()["codes"] == ["sweep_late"]
    assert "ne tournent pas depuis le" in response.json()["problems"][0]
    assert anonymous.get("/healthz").status_code == 200


def test_an_installation_that_never_swept_says_so() -> None:
    LastRun.objects.all().delete()
    assert _codes() == ["sweep_late"]
    assert "sur cette installation" in health.problems()[0].sentence


def test_the_sweep_of_this_minute_is_not_late() -> None:
    LastRun.objects.update(at=_ago(minutes=2))
    assert _codes() == []


def test_a_disk_nearly_full_is_said_before_it_is_full(settings: Any) -> None:
    settings.DISK_FLOOR = shutil.disk_usage(settings.DATA_DIR).free + 10**12
    assert _codes() == ["disk_low"]
    assert "Mo sur le disque" in health.problems()[0].sentence


def test_what_has_waited_for_too_long_is_counted() -> None:
    JobFactory(state=JobState.QUEUED, not_before=_ago(minutes=16))
    JobFactory(state=JobState.RUNNING, not_before=_ago(hours=1), lease_until=_ago(minutes=1))
    MessageFactory(not_before=_ago(minutes=20))
    assert _codes() == ["jobs_late"]
    assert health.problems()[0].sentence == (
        "2\u00a0tâches de fond et 1\u00a0courriel attendent depuis plus de 15 minutes."
    )


def test_what_waits_since_a_moment_or_for_later_is_not_late() -> None:
    JobFactory(state=JobState.QUEUED, not_before=_ago(minutes=2))
    JobFactory(state=JobState.QUEUED, not_before=timezone.now() + dt.timedelta(hours=1))
    lease = timezone.now() + dt.timedelta(hours=1)
    JobFactory(state=JobState.RUNNING, not_before=_ago(hours=1), lease_until=lease)
    MessageFactory(not_before=_ago(minutes=2))
    assert _codes() == []


def test_a_database_that_does_not_answer_is_said(
    anonymous: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise DatabaseError

    monkeypatch.setattr(health, "problems", fail)
    response = anonymous.get("/readyz")
    assert (response.status_code, response.json()["codes"]) == (503, ["database"])


def test_staff_are_warned_on_their_home_page(office: Actor) -> None:
    assert "À signaler à la personne" not in office.get("/gestion/").text
    LastRun.objects.update(at=_ago(minutes=10))
    page = office.get("/gestion/").text
    assert "À signaler à la personne" in page
    assert "ne tournent pas depuis" in page


def test_a_site_over_https_answers_whoever_watches_it_on_the_machine() -> None:
    from config import settings

    assert {"^healthz$", "^readyz$"} <= set(settings.SECURE_REDIRECT_EXEMPT)
