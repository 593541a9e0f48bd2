"""What the log of a platform says of a session: lines understood, or what is wrong with them."""

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone

from attendance.models import RemoteActivityDone
from core.text import lookup_key
from exchange.domain.platform_logs.reading import read
from exchange.domain.registers import values
from training.domain import remote_activities
from training.enums import EvidenceKind
from training.models import Enrolment, RemoteActivity, TrainingSession

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


def plan(*, content: bytes, session: TrainingSession) -> LogPlan:
    """What the log says of the session. Raises the errors of `reading.read`."""
    columns, rows = read(content)
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


def _people(session: TrainingSession) -> dict[str, list[Enrolment]]:
    """By e-mail address, and by first and last name, folded."""
    found: dict[str, list[Enrolment]] = defaultdict(list)
    for enrolment in (
        Enrolment.objects.taking_part()
        .filter(session=session, learner__isnull=False)
        .select_related("learner", "session")
        .order_by("pk")
    ):
        if (learner := enrolment.learner) is None:  # a seat without a name does nothing
            continue
        names = {
            lookup_key(str(learner)),
            lookup_key(f"{learner.last_name} {learner.first_name}"),
        }
        for key in names | ({learner.email.lower()} if learner.email else set()):
            found[key].append(enrolment)
    return found


def _activities(session: TrainingSession) -> dict[str, RemoteActivity]:
    """By title, folded, and by stable id."""
    found: dict[str, RemoteActivity] = {}
    for activity in remote_activities.activities_of(session.programme_version):
        found[lookup_key(activity.title)] = activity
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
    matching = people.get(who.lower()) or people.get(lookup_key(who)) or []
    if len(matching) != 1:
        how_many = "plusieurs personnes" if matching else "aucune personne"
        return wrong(f"{how_many} de cette session pour « {who} »")
    activity = activities.get(texts["activity"]) or activities.get(lookup_key(texts["activity"]))
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
        # Recorded already: nothing better to say, or it is validated already.
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
