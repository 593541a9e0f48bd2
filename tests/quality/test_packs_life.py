"""An audit pack is asked for, built by a job, fetched for a week, then erased."""

import datetime as dt
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine

from django.conf import settings
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from core.domain import jobs
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job, JournalEntry
from quality.domain import packs
from quality.enums import PackState
from quality.models import AuditPack
from quality.tasks import build_audit_pack, erase_expired_packs
from tests.factories import UserFactory
from tests.quality import scenario
from training.models import TrainingSession

pytestmark = pytest.mark.django_db

CODE = "S-2026-01"


@pytest.fixture
def session() -> TrainingSession:
    return scenario.delivered_session(learners=1, half_days=1, code=CODE)


@pytest.fixture
def ready(session: TrainingSession, run_jobs: Callable[[], None]) -> AuditPack:
    """The pack of the session, built by its job."""
    pack = packs.request_pack(selection=packs.selection_for(codes=(CODE,)), actor=UserFactory())
    run_jobs()
    pack.refresh_from_db()
    return pack


def test_a_job_builds_the_pack_and_leaves_it_in_the_private_storage(ready: AuditPack) -> None:
    assert ready.state == PackState.READY
    assert ready.job.state == JobState.DONE
    assert (ready.job.progress, ready.job.total) == (1, 1)
    assert ready.counts["sessions"] == 1
    assert ready.name.endswith(".zip")
    assert CODE not in ready.key
    assert storages["private"].size(ready.key) == ready.size
    with storages["private"].open(ready.key) as content, zipfile.ZipFile(content) as archive:
        assert archive.testzip() is None
    assert ready.expires_at - ready.ready_at == dt.timedelta(days=7)
    assert not list((settings.DATA_DIR / "drafts").glob("*"))


def test_a_job_sent_twice_builds_once(ready: AuditPack) -> None:
    Job.objects.filter(pk=ready.job.pk).update(state=JobState.QUEUED, finished_at=None)
    before = ready.key
    build_audit_pack(ready.job.pk)
    ready.refresh_from_db()
    assert ready.key == before


def test_an_odd_selection_asks_for_nothing(session: TrainingSession) -> None:
    with pytest.raises(DomainError) as refused:
        packs.request_pack(selection=packs.selection_for(codes=("S-INCONNUE",)), actor=None)
    assert refused.value.code == "session_unknown"
    assert refused.value.details == ["S-INCONNUE"]
    assert not AuditPack.objects.exists()
    assert not Job.objects.filter(kind=packs.JOB_KIND).exists()


def test_a_pack_whose_sessions_are_gone_fails_with_a_sentence(
    session: TrainingSession, run_commits: Callable[[], None]
) -> None:
    pack = packs.request_pack(selection=packs.selection_for(codes=(CODE,)), actor=None)
    TrainingSession.objects.filter(pk=session.pk).update(code="S-AUTRE")
    jobs.run_due()
    job = Job.objects.get(pk=pack.job.pk)
    assert (job.state, "S-2026-01" in job.error) == (JobState.FAILED, True)
    TrainingSession.objects.filter(pk=session.pk).update(code=CODE)
    packs.retry(pack=AuditPack.objects.get())
    jobs.run_due()
    pack.refresh_from_db()
    assert pack.state == PackState.READY
    with pytest.raises(DomainError) as refused:
        packs.retry(pack=pack)
    assert refused.value.code == "job_not_failed"


def test_each_download_is_journaled(ready: AuditPack) -> None:
    someone = UserFactory()
    with packs.open_pack(pack=ready, actor=someone) as content:
        assert content.read(2) == b"PK"
    line = JournalEntry.objects.get(verb="audit_pack.downloaded")
    assert (line.actor, line.object_id) == (someone, str(ready.pk))


def test_a_pack_that_is_not_there_is_not_given(ready: AuditPack) -> None:
    waiting = AuditPack.objects.create(filters={}, scope="x", referential="RNQ-V10")
    for pack, code in ((waiting, "pack_not_ready"), (ready, "pack_expired")):
        storages["private"].delete(ready.key)
        with pytest.raises(DomainError) as refused:
            packs.open_pack(pack=pack, actor=None)
        assert refused.value.code == code
    assert not JournalEntry.objects.filter(verb="audit_pack.downloaded").exists()


def test_after_a_week_the_pack_is_refused_then_erased(ready: AuditPack) -> None:
    key = ready.key
    with time_machine.travel(ready.expires_at + dt.timedelta(seconds=1), tick=False):
        with pytest.raises(DomainError) as refused:
            packs.open_pack(pack=ready, actor=None)
        assert refused.value.code == "pack_expired"
        erase_expired_packs()
    ready.refresh_from_db()
    assert (ready.state, ready.key) == (PackState.EXPIRED, "")
    assert not storages["private"].exists(key)
    assert ready.manifest_sha256


def test_the_draft_of_a_worker_that_died_is_erased_the_next_day() -> None:
    drafts = Path(settings.DATA_DIR) / "drafts"
    drafts.mkdir(exist_ok=True)
    old, new = drafts / "old.zip", drafts / "new.zip"
    for path in (old, new):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    os.utime(new, (time.time(),) * 2)
    packs.erase_expired()
    assert (old.exists(), new.exists()) == (False, True)
    new.unlink()


# --- Command --------------------------------------------------------------------------------------


def test_the_command_writes_a_pack(
    session: TrainingSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "dossier.zip"
    call_command("audit_pack", "--from=2026-09-01", "--to=2026-09-30", f"--output={output}")
    assert zipfile.is_zipfile(output)
    assert output.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [output]
    assert "1 session," in capsys.readouterr().out.replace("\u00a0", " ")
    assert JournalEntry.objects.filter(verb="audit_pack.exported").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--session=S-NON"], "S-NON"),
        (["--from=2026-09-01"], "--from et --to"),
        ([], "Choisissez une période"),
        (["--from=2020-01-01", "--to=2020-01-02"], "Aucune session"),
        (["--from=hier", "--to=2020-01-02"], "n’est pas une date"),
    ],
)
def test_the_command_refuses_odd_values_and_writes_nothing(
    session: TrainingSession, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("audit_pack", *arguments, f"--output={tmp_path / 'x.zip'}")
    assert sentence in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_the_command_overwrites_nothing(session: TrainingSession, tmp_path: Path) -> None:
    output = tmp_path / "x.zip"
    output.write_bytes(b"important")
    with pytest.raises(CommandError):
        call_command("audit_pack", f"--session={CODE}", f"--output={output}")
    assert output.read_bytes() == b"important"
    with pytest.raises(CommandError):
        call_command("audit_pack", f"--session={CODE}", f"--output={tmp_path / 'no' / 'x.zip'}")
