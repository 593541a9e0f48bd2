"""Long registers in the background, the command, and what is erased in the end."""

import datetime as dt
import io

import pytest

from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.domain import jobs
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job, JournalEntry, RuleSetting
from exchange.domain import batches
from exchange.domain.registers import lifecycle
from exchange.domain.registers.resource import PROGRESS_STEP
from exchange.enums import ImportState
from exchange.models import ImportBatch
from tests.exchange.registers import XLSX, line, many, register, text
from training.models import Enrolment

pytestmark = pytest.mark.django_db
LONG = lifecycle.INLINE_LINES + 1


def receive(content: bytes) -> ImportBatch:
    return lifecycle.receive(content=content, name="registre.xlsx", session=None, actor=None)


# --- Jobs -----------------------------------------------------------------------------------------


def test_a_long_register_is_checked_and_written_in_the_background(sessions, run_jobs):
    batch = receive(many(LONG))
    assert batch.state == ImportState.UPLOADED
    assert lifecycle.current_job(batch).state == JobState.QUEUED

    run_jobs()
    batch.refresh_from_db()
    assert batch.state == ImportState.PREVIEWED
    assert batch.totals["to_enrol"] == LONG

    lifecycle.confirm(batch=batch, actor=None)
    assert Enrolment.objects.count() == 0
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == ImportState.COMMITTED
    assert Enrolment.objects.count() == LONG
    job = lifecycle.current_job(batch)
    assert (job.state, job.total) == (JobState.DONE, LONG)
    assert job.progress == PROGRESS_STEP


def test_a_job_that_comes_twice_writes_once(sessions, run_jobs):
    batch = receive(many(LONG))
    run_jobs()
    batch.refresh_from_db()
    lifecycle.confirm(batch=batch, actor=None)
    job = lifecycle.current_job(batch)

    lifecycle.run_commit(job.pk)
    lifecycle.run_commit(job.pk)

    assert Enrolment.objects.count() == LONG


def test_a_file_lost_before_its_check_fails_with_a_sentence(sessions, run_jobs):
    batch = receive(many(LONG))
    storages["private"].delete(batch.key)

    run_jobs()

    batch.refresh_from_db()
    assert batch.state == ImportState.FAILED
    assert "n’existe plus" in batch.report["failure"]["message"]
    assert lifecycle.current_job(batch).state == JobState.FAILED
    assert "n’a pas pu être vérifié" in lifecycle.blockers(batch)[0]


def test_a_writing_that_was_interrupted_is_taken_up_again(sessions):
    batch = receive(register(line()))
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.COMMITTING)
    batch.refresh_from_db()

    lifecycle.resume(batch=batch, actor=None)

    assert Enrolment.objects.count() == 1
    assert ImportBatch.objects.get().state == ImportState.COMMITTED


def test_what_a_job_still_has_is_not_taken_up_by_somebody_else(sessions):
    batch = receive(many(LONG))

    with pytest.raises(DomainError) as refused:
        lifecycle.resume(batch=batch, actor=None)

    assert refused.value.code == "import_running"


def test_a_failed_job_is_put_back_in_the_queue(sessions, run_jobs):
    batch = receive(many(LONG))
    jobs.fail(jobs.claim(lifecycle.current_job(batch).pk), "Erreur inattendue.")

    lifecycle.resume(batch=batch, actor=None)
    run_jobs()

    batch.refresh_from_db()
    assert batch.state == ImportState.PREVIEWED


# --- Command --------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path):
    """Calls the command on a file; returns what it says."""

    def call(content: bytes, *arguments: str, name: str = "registre.xlsx") -> str:
        path = tmp_path / name
        path.write_bytes(content)
        said = io.StringIO()
        call_command("import_learners", str(path), *arguments, stdout=said)
        return said.getvalue()

    return call


def test_the_command_imports_and_says_what_it_did(sessions, run):
    said = run(XLSX.read_bytes())

    assert "45\u00a0personnes de plus." in said
    assert "dépasse la capacité de" in said
    assert Enrolment.objects.count() == 45


def test_the_command_run_again_adds_nobody(sessions, run):
    run(XLSX.read_bytes())

    said = run(XLSX.read_bytes())

    assert "Rien à importer." in said
    assert "a déjà été importé le" in said
    assert Enrolment.objects.count() == 45


def test_the_command_names_every_bad_line_and_writes_nothing(sessions, run):
    with pytest.raises(CommandError) as refused:
        run(register(line(), line(Nom="Riou", Courriel="x"), line(Nom="Madec", SIRET="12")))

    said = str(refused.value)
    assert "Ligne 3, Courriel : « x » n’est pas une adresse de courriel valide" in said
    assert "Ligne 4, SIRET : « 12 » : un SIRET comporte 14 chiffres" in said
    assert "2\u00a0lignes à corriger : rien n’a été écrit." in said
    assert Enrolment.objects.count() == 0
    assert ImportBatch.objects.get().state == ImportState.REJECTED


def test_the_command_can_only_check(sessions, run):
    said = run(XLSX.read_bytes(), "--dry-run")

    assert "rien n’a été écrit" in said
    assert not ImportBatch.objects.exists()


def test_the_command_takes_a_session_for_a_file_without_that_column(sessions, run):
    content = text(("Riou", "Awa"), headings=("Nom", "Prénom"))

    said = run(content, "--session", "S-2026-02", name="registre.csv")

    assert "Texte lu en UTF-8" in said
    assert sessions["S-2026-02"].enrolments.count() == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["absent.xlsx"], "lecture impossible"),
        ([str(XLSX), "--session", "S-NOWHERE"], "n’est le code d’aucune session"),
    ],
)
def test_the_command_refuses_what_is_not_there(db, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("import_learners", *arguments)


def test_the_command_does_not_leave_the_background_half_done(sessions, run):
    assert f"{LONG}\u00a0personnes de plus" in run(many(LONG))
    assert not Job.objects.exists()


# --- Erasure --------------------------------------------------------------------------------------


def aged(batch: ImportBatch, days: int) -> ImportBatch:
    ImportBatch.objects.filter(pk=batch.pk).update(
        created_at=timezone.now() - dt.timedelta(days=days)
    )
    return batch


def test_files_and_lines_are_erased_after_thirty_days(sessions):
    old = aged(receive(register(line())), 31)
    young = aged(receive(register(line(Nom="Riou"))), 29)

    assert batches.erase_expired(on=timezone.localdate()) == 1

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.key, old.report, old.state) == ("", {}, ImportState.REJECTED)
    assert old.totals["to_enrol"] == 1
    assert storages["private"].exists(young.key)
    assert young.state == ImportState.PREVIEWED
    assert batches.erase_expired(on=timezone.localdate()) == 0


def test_a_committed_import_keeps_its_state_and_its_totals(sessions, run_jobs):
    batch = aged(lifecycle.confirm(batch=receive(register(line())), actor=None), 31)
    key = batch.key

    batches.erase_expired(on=timezone.localdate())

    batch.refresh_from_db()
    assert batch.state == ImportState.COMMITTED
    assert not storages["private"].exists(key)
    assert Enrolment.objects.get().imported_row.batch == batch


def test_the_rule_in_force_decides_how_long_files_are_kept(sessions):
    today = timezone.localdate()
    RuleSetting.objects.create(code="import_file_days", value=60, valid_from=today)
    aged(receive(register(line())), 31)

    assert batches.erase_expired(on=today) == 0


def test_an_import_given_up_erases_its_file(sessions):
    batch = receive(register(line()))
    key = batch.key

    batches.reject(batch=batch, actor=None)

    assert batch.state == ImportState.REJECTED
    assert not storages["private"].exists(key)
    assert JournalEntry.objects.filter(verb="import.rejected").exists()
