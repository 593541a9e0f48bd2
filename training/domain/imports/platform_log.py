"""A learning platform's log: who completed which activity, and what was handed in.

One session, a CSV; checked first, then written whole or not at all; the same file again writes
nothing. Time spent is ignored on purpose: what counts is the estimated time of what is validated.
"""

import csv
import datetime as dt
import hashlib
import io
import re
import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training.domain import journal, remote
from training.domain.imports import reading, values
from training.domain.transitions import change_state, lock
from training.enums import IMPORT_TRANSITIONS, EvidenceKind, ImportState
from training.exceptions import DomainError
from training.models import (
    Enrolment,
    ImportBatch,
    RemoteActivity,
    RemoteActivityDone,
    TrainingSession,
)

KIND = "platform_log"
MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5_000
#: Name of a column → the headings that say it, folded.
HEADINGS = {
    "person": ("courriel", "e mail", "email", "mail", "adresse mail", "utilisateur"),
    "activity": ("activite", "module", "cours", "lecon"),
    "done_on": ("termine le", "terminee le", "date", "acheve le", "completion"),
    "evidence": ("trace", "preuve", "type de trace"),
    "reference": ("resultat", "reference", "note", "travail"),
}
NEEDED = {"person": "Courriel", "activity": "Activité", "done_on": "Terminé le"}
#: Words of the column « Trace », folded.
EVIDENCE = {
    "": "",
    "travail": EvidenceKind.WORK,
    "travail rendu": EvidenceKind.WORK,
    "devoir": EvidenceKind.WORK,
    "questionnaire": EvidenceKind.QUIZ,
    "quiz": EvidenceKind.QUIZ,
    "resultat": EvidenceKind.QUIZ,
    "echange": EvidenceKind.EXCHANGE,
    "echanges": EvidenceKind.EXCHANGE,
}


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One line of the log, understood. `known`: it is recorded already, as it is or better."""

    line: int
    enrolment: Enrolment
    activity: RemoteActivity
    done_on: dt.date
    evidence: str
    reference: str
    known: bool


@dataclass
class LogPlan:
    """What a log would write, and what stands in the way."""

    lines: list[LogLine] = field(default_factory=list)
    problems: list[dict[str, object]] = field(default_factory=list)

    @property
    def to_write(self) -> list[LogLine]:
        """The lines that add something."""
        return [line for line in self.lines if not line.known]


def receive(
    *, content: bytes, name: str, session: TrainingSession, actor: User | None
) -> ImportBatch:
    """Keep a log and check it. Raises `DomainError` for a file that cannot be read at all."""
    made = plan(content=content, session=session)
    key = storages["private"].save(f"import/{uuid.uuid4()}", ContentFile(content))
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            kind=KIND,
            name=name[-255:],
            key=key,
            sha256=hashlib.sha256(content).hexdigest(),
            session=session,
            actor=actor,
        )
        journal.record(
            actor=actor,
            verb="import.received",
            subject=batch,
            session=session,
            to_state=batch.state,
        )
        change_state(
            row=batch,
            to=ImportState.PREVIEWED,
            table=IMPORT_TRANSITIONS,
            actor=actor,
            verb="import.checked",
            stamps=_stamps(made),
            session=session,
        )
    return batch


def confirm(*, batch: ImportBatch, actor: User) -> int:
    """Write a checked log, whole or not at all; returns how many activities were recorded.

    The stored file is read again. Raises `DomainError` (`import_has_problems`,
    `import_file_changed`, `transition_refused`, and those of `remote.record_done`).
    """
    content = _stored(batch)
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
            table=IMPORT_TRANSITIONS,
            actor=actor,
            verb="import.confirmed",
            session=session,
        )
        for line in made.to_write:
            remote.record_done(
                enrolment=line.enrolment,
                activity=line.activity,
                done_on=line.done_on,
                evidence=line.evidence,
                reference=line.reference,
                actor=actor,
                batch=batch,
            )
        change_state(
            row=batch,
            to=ImportState.COMMITTED,
            table=IMPORT_TRANSITIONS,
            actor=actor,
            verb="import.committed",
            stamps={"committed_at": timezone.now()} | _stamps(made),
            session=session,
        )
    return len(made.to_write)


def plan(*, content: bytes, session: TrainingSession) -> LogPlan:
    """What the log says of the session. Raises `DomainError`: `import_empty`, `import_too_big`,
    `import_wrong_type`, `import_headings_missing`, `import_no_line`, `import_too_many_rows`."""
    if not content:
        raise DomainError("Ce fichier est vide.", code="import_empty")
    if len(content) > MAX_BYTES:
        raise DomainError("Ce journal dépasse 2 Mio : coupez-le.", code="import_too_big")
    columns, rows = _table(content)
    people, activities = _people(session), _activities(session)
    known = {
        (row.enrolment_id, row.activity_id): row
        for row in RemoteActivityDone.objects.filter(enrolment__session=session)
    }
    made, seen = LogPlan(), set()
    for number, cells in rows:
        texts = {
            name: " ".join(cells[rank].split()) if rank < len(cells) else ""
            for name, rank in columns.items()
        }
        found = _line(number, texts, people, activities, known)
        if isinstance(found, LogLine):
            key = (found.enrolment.pk, found.activity.pk)
            if key in seen:
                found = {
                    "line": number,
                    "message": "cette personne a déjà cette activité plus haut dans le fichier",
                }
            seen.add(key)
        if isinstance(found, LogLine):
            made.lines.append(found)
        else:
            made.problems.append(found)
    return made


# --- Reading --------------------------------------------------------------------------------------


def _table(content: bytes) -> tuple[dict[str, int], list[tuple[int, list[str]]]]:
    """Where the columns are, and the lines that hold something."""
    text, _encoding = reading.decode(content)
    first = next(iter(text.splitlines()), "")
    delimiter = max(reading.DELIMITERS, key=first.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise DomainError(
            "Ce fichier CSV ne se lit pas : un guillemet n’est jamais fermé.",
            code="import_wrong_type",
        ) from error
    folded = [values.fold(cell) for cell in table[0]] if table else []
    columns = {
        name: folded.index(written)
        for name, headings in HEADINGS.items()
        for written in reversed(headings)
        if written in folded
    }
    missing = [label for name, label in NEEDED.items() if name not in columns]
    if missing:
        raise DomainError(
            f"Il manque des colonnes : {', '.join(missing)}.", code="import_headings_missing"
        )
    rows = [(rank, row) for rank, row in enumerate(table[1:], 2) if any(map(str.strip, row))]
    if not rows:
        raise DomainError("Ce journal ne contient aucune ligne.", code="import_no_line")
    if len(rows) > MAX_ROWS:
        raise DomainError(
            "Ce journal dépasse 5 000 lignes : coupez-le.", code="import_too_many_rows"
        )
    return columns, rows


def _people(session: TrainingSession) -> dict[str, list[Enrolment]]:
    """By e-mail address, and by first and last name, folded."""
    found: dict[str, list[Enrolment]] = defaultdict(list)
    for enrolment in (
        Enrolment.objects.taking_part()
        .filter(session=session, learner__isnull=False)
        .select_related("learner", "session")
        .order_by("pk")
    ):
        learner = enrolment.learner
        names = {
            values.fold(str(learner)),
            values.fold(f"{learner.last_name} {learner.first_name}"),
        }
        for key in names | ({learner.email.lower()} if learner.email else set()):
            found[key].append(enrolment)
    return found


def _activities(session: TrainingSession) -> dict[str, RemoteActivity]:
    """By title, folded, and by stable id."""
    found: dict[str, RemoteActivity] = {}
    for activity in remote.activities_of(session.programme_version):
        found[values.fold(activity.title)] = activity
        found[activity.stable_id] = activity
    return found


def _line(
    number: int,
    texts: dict[str, str],
    people: dict[str, list[Enrolment]],
    activities: dict[str, RemoteActivity],
    known: dict[tuple[int, int], RemoteActivityDone],
) -> LogLine | dict[str, object]:
    """The line understood, or what is wrong with it."""

    def wrong(message: str) -> dict[str, object]:
        return {"line": number, "message": message}

    who = texts["person"]
    matching = people.get(who.lower()) or people.get(values.fold(who)) or []
    if len(matching) != 1:
        how_many = "plusieurs personnes" if matching else "aucune personne"
        return wrong(f"{how_many} de cette session pour « {who} »")
    activity = activities.get(texts["activity"]) or activities.get(values.fold(texts["activity"]))
    if activity is None:
        return wrong(f"le programme n’a pas d’activité « {texts['activity']} »")
    done_on = _day(texts["done_on"])
    if done_on is None or done_on > timezone.localdate():
        return wrong(f"la date « {texts['done_on']} » n’est pas une date passée")
    evidence = EVIDENCE.get(values.fold(texts.get("evidence", "")))
    if evidence is None:
        return wrong(
            f"la trace « {texts['evidence']} » n’est pas connue : travail, quiz ou échange"
        )
    before = known.get((matching[0].pk, activity.pk))
    return LogLine(
        line=number,
        enrolment=matching[0],
        activity=activity,
        done_on=done_on,
        evidence=str(evidence),
        reference=texts.get("reference", "")[:255],
        # Recorded already: nothing better to say, or somebody has validated it.
        known=before is not None
        and (before.validated_at is not None or bool(before.evidence) or not evidence),
    )


def _day(text: str) -> dt.date | None:
    """« 2027-01-14 », « 14/01/2027 », with or without a time after it."""
    day, _sep, _time = text.replace("T", " ").partition(" ")
    if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", day):
        day = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
    try:
        return dt.date.fromisoformat(day)
    except ValueError:
        return None


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


def _stored(batch: ImportBatch) -> bytes:
    try:
        with storages["private"].open(batch.key) as stored:
            content: bytes = stored.read()
    except (FileNotFoundError, ValueError) as error:
        raise DomainError(
            "Le fichier déposé n’existe plus : déposez le journal de nouveau.",
            code="import_file_changed",
        ) from error
    if hashlib.sha256(content).hexdigest() != batch.sha256:
        raise DomainError(
            "Le fichier gardé n’est plus celui qui a été vérifié : rien n’a été écrit.",
            code="import_file_changed",
        )
    return content
