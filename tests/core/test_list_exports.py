"""A long list is written by the worker, whole, for the person who asked and for nobody else."""

import datetime as dt
import re

import pytest
import time_machine

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from core.domain import jobs, list_exports
from core.enums import JobState
from core.models import Job
from tests.cast import Actor
from tests.core.backoffice.test_exports import exported
from tests.factories import EnrolmentFactory

pytestmark = pytest.mark.django_db
LIST = "/gestion/inscriptions/"


@pytest.fixture
def _long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows are a long list."""
    monkeypatch.setattr(list_exports, "MOST_AT_ONCE", 2)
    EnrolmentFactory.create_batch(3, state="accepted")
    EnrolmentFactory(learner=None, state="refused")


def ask(actor: Actor, query: str = "export=csv") -> tuple[str, Job]:
    """The page to which the list leads, and its job."""
    response = actor.get(f"{LIST}?{query}")
    assert response.status_code == 302, response
    return response["Location"], Job.objects.get(kind=list_exports.KIND)


def is_gone(actor: Actor, page: str) -> bool:
    """Whether the file is refused, with the sentence that says what to do."""
    told = actor.get(f"{page}telecharger/", follow=True).content.decode()
    return "demandez l’export de nouveau" in told


@pytest.mark.usefixtures("_long")
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_worker_writes_it_and_its_page_gives_it(office: Actor, file_format: str) -> None:
    page, job = ask(office, f"export={file_format}&state=accepted&q=")
    assert "Export en cours" in office.get(page).content.decode()
    jobs.run_due()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    shown = office.get(page).content.decode()
    name = f"inscriptions.{file_format}"
    assert f"Télécharger {name}" in shown
    link = re.search(r'href="([^"]+/telecharger/)"', shown)
    assert link is not None
    response = office.get(link[1])
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    # The filters of the page, its columns: three people, not the reserved seat.
    cells = exported(response, file_format)
    assert len(cells) == 4
    assert cells[0][:2] == ["Nom", "Prénom"]


@pytest.mark.usefixtures("_long")
def test_nobody_else_sees_it_and_a_day_later_the_file_is_gone(
    office: Actor, direction: Actor
) -> None:
    page, job = ask(office)
    jobs.run_due()
    assert direction.get(page).status_code == 404
    assert direction.get(f"{page}telecharger/").status_code == 404
    assert list_exports.erase_expired() == 0
    job.refresh_from_db()
    with time_machine.travel(timezone.now() + dt.timedelta(days=1, minutes=1), tick=True):
        assert (
            "demandez l’export" in office.get(f"{page}telecharger/", follow=True).content.decode()
        )
        assert list_exports.erase_expired() == 1
        assert list_exports.erase_expired() == 0
    assert not storages["private"].exists(job.result_key)
    assert "n’est plus conservé" in office.get(page).content.decode()
    assert is_gone(office, page)


@pytest.mark.usefixtures("_long")
def test_who_lost_the_right_in_between_is_given_nothing_until_it_is_theirs_again(
    office: Actor,
) -> None:
    page, job = ask(office)
    roles = list(office.user.groups.all())
    office.user.groups.clear()
    jobs.run_due()
    job.refresh_from_db()
    assert (job.state, job.result_key) == (JobState.FAILED, "")
    office.user.groups.set(roles)
    shown = office.get(page).content.decode()
    assert "L’export s’est arrêté." in shown
    assert "Cette liste ne vous est plus ouverte." in shown
    office.post(f"{page}reprendre/")
    jobs.run_due()
    assert "Télécharger inscriptions.csv" in office.get(page).content.decode()


@pytest.mark.usefixtures("_long")
def test_what_a_worker_that_died_had_written_is_replaced_or_erased(office: Actor) -> None:
    page, job = ask(office)
    private = storages["private"]
    key = private.save(f"export/{job.uuid}", ContentFile(b"half of it"))
    jobs.run_due()
    job.refresh_from_db()
    assert (job.state, job.result_key) == (JobState.DONE, key)
    with private.open(key) as kept:
        assert kept.read().startswith(b"\xef\xbb\xbfNom;")
    # One that was given up after its file was there.
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)
    assert is_gone(office, page)
    with time_machine.travel(timezone.now() + dt.timedelta(days=2), tick=True):
        assert list_exports.erase_expired() == 1
    assert not private.exists(key)


def test_a_short_list_is_written_at_once(office: Actor) -> None:
    EnrolmentFactory.create_batch(2)
    assert len(exported(office.get(f"{LIST}?export=csv"), "csv")) == 3
    assert not Job.objects.filter(kind=list_exports.KIND).exists()
