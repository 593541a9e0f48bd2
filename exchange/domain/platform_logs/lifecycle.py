"""A learning platform's log: who completed which activity, and what was handed in.

One session, a CSV; checked first, then written whole or not at all; the same file again writes
nothing. Time spent is ignored on purpose: what counts is the estimated time of what is validated.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.domain.remote.recording import record_done
from core.domain import journal
from core.domain.transitions import change_state, lock
from core.exceptions import DomainError
from exchange.domain import batches
from exchange.domain.platform_logs.planning import LogPlan, plan
from exchange.enums import ImportState
from exchange.models import ImportBatch, ImportedRow
from training.enums import EvidenceKind
from training.models import TrainingSession

KIND = "platform_log"


def receive(
    *, content: bytes, name: str, session: TrainingSession, actor: User | None
) -> ImportBatch:
    """Keep a log and check it. Raises `DomainError` for a file that cannot be read at all."""
    made = plan(content=content, session=session)
    stored = batches.store(content)
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            kind=KIND,
            name=name[-255:],
            key=stored.key,
            sha256=stored.sha256,
            session=session,
            actor=actor,
        )
        journal.record(
            actor=actor,
            verb="import.received",
            subject=batch,
            session_id=session.pk,
            to_state=batch.state,
        )
        change_state(
            row=batch,
            to=ImportState.PREVIEWED,
            actor=actor,
            verb="import.checked",
            stamps=_stamps(made),
            session_id=session.pk,
        )
    return batch


def confirm(*, batch: ImportBatch, actor: User) -> int:
    """Write a checked log, whole or not at all; returns how many activities were recorded.

    The stored file is read again. Raises `DomainError` (`import_has_problems`,
    `import_file_changed`, `transition_refused`, and those of `remote.record_done`).
    """
    if batch.session is None:
        raise ValueError("A log is received for one session.")
    content = batches.stored_content(batch, noun="journal")
    with transaction.atomic():
        session = lock(batch.session)
        made = plan(content=content, session=session)
        if made.problems:
            raise DomainError(
                "Le journal contient des erreurs : corrigez le fichier et déposez-le de nouveau.",
                code="import_has_problems",
            )
        change_state(
            row=batch,
            to=ImportState.COMMITTING,
            actor=actor,
            verb="import.confirmed",
            session_id=session.pk,
        )
        for line in made.to_write:
            done = record_done(
                enrolment=line.enrolment,
                activity=line.activity,
                done_on=line.done_on,
                evidence=line.evidence,
                reference=line.reference,
                actor=actor,
            )
            # What was recorded before and not validated is replaced: the last import wrote it.
            ImportedRow.objects.update_or_create(remote_work=done, defaults={"batch": batch})
        change_state(
            row=batch,
            to=ImportState.COMMITTED,
            actor=actor,
            verb="import.committed",
            stamps={"committed_at": timezone.now()} | _stamps(made),
            session_id=session.pk,
        )
    return len(made.to_write)


def _stamps(made: LogPlan) -> dict[str, object]:
    """Totals and report, as the screen shows them: no name, the codes of lines."""
    insufficient = sum(not line.evidence for line in made.lines)
    return {
        "totals": {
            "lines": len(made.lines) + len(made.problems),
            "problems": len(made.problems),
            "to_write": len(made.to_write),
            "already": len(made.lines) - len(made.to_write),
            "insufficient": insufficient,
        },
        "report": {
            "problems": made.problems,
            "rows": [
                {
                    "line": line.line,
                    "name": str(line.enrolment.learner),
                    "activity": line.activity.title,
                    "done_on": line.done_on.isoformat(),
                    "evidence": str(EvidenceKind(line.evidence).label) if line.evidence else "",
                    "known": line.known,
                }
                for line in made.lines
            ],
        },
    }
