"""Is what is recorded what was recorded? The whole chain of a session computed again."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.conf import settings

from attendance.domain import chain, evidence_erasure, projection
from attendance.enums import AnchorState, AttendanceKind
from attendance.models import AttendanceEvent, ChainAnchor
from core.domain import timestamping
from core.domain.canonical import salted_digest
from core.french import format_day, plural
from core.models import JournalEntry
from core.registry import PublishedHead, published_heads
from training.enums import HalfDayState
from training.models import HalfDay, TrainingSession


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """What checking a chain found.

    `events`: links read. `erased`: links whose details retention has erased (they still verify).
    `stamped`: rank up to which an authority has dated the chain (RFC 3161), 0 when none has.
    `first_broken`: rank of the first link that is wrong, None when no link is. `message`: one
    French sentence, without any person's name. `ok` also needs anchors, marks and locks to say
    what the chain says.
    """

    session: TrainingSession
    ok: bool
    events: int
    erased: int
    first_broken: int | None
    message: str
    stamped: int = 0


@dataclass
class _Reading:
    """How far the chain was followed, and what must be remembered of it."""

    session: TrainingSession
    head: chain.Head = chain.EMPTY
    erased: int = 0
    hashes: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[object, tuple[int, int | None]] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)

    def broken(self, rank: int | None, why: str) -> ChainReport:
        """The report of a chain in which something is wrong, at this rank if one can be said."""
        where = f" n° {rank}" if rank else ""
        return ChainReport(
            session=self.session,
            ok=False,
            events=self.head.sequence,
            erased=self.erased,
            first_broken=rank,
            message=f"{self.session.code}{where} : {why}.",
        )


def verify_chain(*, session: TrainingSession) -> ChainReport:
    """Compute the session's chain again, then compare with it anchors, roots, marks and locks.

    Finds a changed column, a missing or an inserted link, changed details or details gone
    without an erasure in the journal, a lock that no longer covers its half-day, links cut from
    the end (an anchor, a closed half-day or the journal still speaks of them), a chain written
    again from an altered event (a published root covers another), a false timestamp, a
    projection that differs.
    """
    reading = _Reading(session)
    published = published_heads(session.pk)
    anchors = list(ChainAnchor.objects.filter(session=session).order_by("sequence"))
    noted = {anchor.sequence: anchor.head for anchor in anchors}
    erasures = evidence_erasure.erasures(session)
    covered = _covered(session, erasures)
    events = (
        AttendanceEvent.objects.filter(session=session)
        .select_related("details")
        .order_by("sequence")
    )
    for event in events.iterator(chunk_size=500):
        wrong = _wrong_link(event, reading, erased_until=covered)
        if not wrong and noted.get(event.sequence, event.hash) != event.hash:
            wrong = "l’événement n’est pas celui que l’ancre avait noté"
        wrong = wrong or _differs_from_published(event, published)
        if wrong:
            return reading.broken(reading.head.sequence + 1, wrong)
        if not hasattr(event, "details"):
            reading.erased += 1
        if event.kind == AttendanceKind.LOCK:
            reading.locked.add(event.half_day_id)
        reading.hashes[event.half_day_id].append(event.hash)
        reading.seen[event.pk] = (event.half_day_id, event.enrolment_id)
        reading.head = chain.Head(event.sequence, event.hash)
    return (
        _report_on_the_end(reading, anchors, published)
        or _report_on_tokens(reading, anchors)
        or _report_on_projection(reading)
        or _intact(reading, anchors, erasures)
    )


def _wrong_link(event: AttendanceEvent, reading: _Reading, *, erased_until: int) -> str:
    """Why this link does not follow the previous one, as the end of a sentence; empty if well."""
    if event.sequence != reading.head.sequence + 1:
        return "un événement manque dans la chaîne"
    if event.hash_version not in chain.KNOWN_VERSIONS:
        return "la version de l’empreinte est inconnue"
    if event.prev_hash != reading.head.hash:
        return "l’événement ne suit pas le précédent"
    if not chain.is_whole(event):
        return "l’événement a été modifié"
    hashes = reading.hashes[event.half_day_id]
    if event.kind == AttendanceKind.LOCK and event.slot_hash != chain.slot_hash(hashes):
        return "la clôture ne couvre pas les événements de sa demi-journée"
    if event.supersedes_id and reading.seen.get(event.supersedes_id) != (
        event.half_day_id,
        event.enrolment_id,
    ):
        return "l’événement corrige un événement d’une autre personne ou inconnu"
    if not hasattr(event, "details"):
        if event.sequence > erased_until:
            return "le détail de l’événement a disparu, sans effacement au journal"
    elif not _details_match(event):
        return "le détail de l’événement a été modifié"
    return ""


def _differs_from_published(event: AttendanceEvent, published: list[PublishedHead]) -> str:
    """Why the event is not that of a published root, as the end of a sentence; empty if it is."""
    for head in published:
        is_other = head.sequence == event.sequence and head.hash != event.hash
        if is_other or (event.sequence == 1 and head.first_id != event.pk):
            return f"l’événement n’est pas celui que couvre {head.words}"
    return ""


def _details_match(event: AttendanceEvent) -> bool:
    try:
        digest = salted_digest(salt=event.details.salt, data=event.details.data)
    except (TypeError, ValueError, AttributeError):
        return False
    return digest == event.details_digest


def _covered(session: TrainingSession, erasures: list[tuple[str, dt.date]]) -> int:
    """Rank up to which the journal says that details were erased."""
    if not erasures:
        return 0
    return max(
        AttendanceEvent.objects.filter(
            session=session, pk__in=[event_id for event_id, _day in erasures]
        ).values_list("sequence", flat=True),
        default=0,
    )


def _report_on_the_end(
    reading: _Reading, anchors: list[ChainAnchor], published: list[PublishedHead]
) -> ChainReport | None:
    """Whether something outside the chain still speaks of links that are no longer there."""
    rank = reading.head.sequence + 1
    if published and published[-1].sequence >= rank:
        return reading.broken(
            rank,
            f"la fin de la chaîne manque : {published[-1].words} couvre l’événement "
            f"n° {published[-1].sequence}",
        )
    if anchors and anchors[-1].sequence >= rank:
        return reading.broken(
            rank,
            "la fin de la chaîne manque : une ancre avait noté l’événement "
            f"n° {anchors[-1].sequence} le {format_day(anchors[-1].noted_at)}",
        )
    held = HalfDay.objects.filter(session=reading.session, state=HalfDayState.HELD)
    if held.exclude(pk__in=reading.locked).exists():
        return reading.broken(
            rank, "une demi-journée est close, et sa clôture n’est pas dans la chaîne"
        )
    corrections = JournalEntry.objects.filter(
        session=reading.session, verb="attendance.corrected"
    ).values_list("object_id", flat=True)
    known = {str(pk) for pk in reading.seen}
    if any(object_id not in known for object_id in corrections):
        return reading.broken(
            rank, "une correction est au journal, et son événement n’est pas dans la chaîne"
        )
    return None


def _report_on_tokens(reading: _Reading, anchors: list[ChainAnchor]) -> ChainReport | None:
    """Whether each timestamp is one, and dates what its anchor noted."""
    for anchor in anchors:
        if anchor.state != AnchorState.STAMPED:
            continue
        try:
            said = timestamping.read_token(
                bytes(anchor.token or b""), digest=bytes.fromhex(anchor.head)
            )
        except timestamping.TimestampError:
            return reading.broken(
                anchor.sequence, "l’horodatage n’est pas valable pour cet événement"
            )
        if said.at != anchor.stamped_at:
            return reading.broken(
                anchor.sequence, "la date affichée n’est pas celle de l’horodatage"
            )
        if settings.TIMESTAMP_CA_FILE and not said.trusted:
            return reading.broken(
                anchor.sequence, "personne de connu ne répond de l’autorité d’horodatage"
            )
    return None


def _report_on_projection(reading: _Reading) -> ChainReport | None:
    wrong = next(projection.differences(reading.session), None)
    if wrong is None:
        return None
    thing = "une présence" if wrong.kind == "mark" else "une clôture"
    if wrong.event is None:
        reason = f"{thing} (demi-journée {wrong.half_day_id}) n’a pas d’événement"
    else:
        reason = f"{thing} affichée diffère de l’événement n° {wrong.event.sequence}"
    return ChainReport(
        session=reading.session,
        ok=False,
        events=reading.head.sequence,
        erased=reading.erased,
        first_broken=wrong.event.sequence if wrong.event else None,
        message=f"{reading.session.code} : {reason}.",
    )


def _intact(
    reading: _Reading, anchors: list[ChainAnchor], erasures: list[tuple[str, dt.date]]
) -> ChainReport:
    stamped = [anchor for anchor in anchors if anchor.state == AnchorState.STAMPED]
    message = (
        f"{reading.session.code} : chaîne intacte, {plural(reading.head.sequence, 'événement')}"
    )
    if reading.erased:
        days = ", ".join(dict.fromkeys(format_day(day) for _event_id, day in erasures))
        message += (
            f", dont {reading.erased} au détail effacé à l’échéance de conservation "
            f"(preuve effacée le {days})"
        )
    if scans := evidence_erasure.scan_erasures(reading.session):
        days = ", ".join(format_day(day) for day in scans)
        message += f" ; feuilles de papier : preuve effacée le {days}, empreinte gardée"
    if stamped:
        message += f" ; {stamped[-1].words.lower()}, jusqu’au n° {stamped[-1].sequence}"
        if not settings.TIMESTAMP_CA_FILE:
            message += " (autorité dont personne de connu ne répond)"
    elif reading.head.sequence:
        message += " ; non horodatée"
    return ChainReport(
        session=reading.session,
        ok=True,
        events=reading.head.sequence,
        erased=reading.erased,
        first_broken=None,
        message=f"{message}.",
        stamped=stamped[-1].sequence if stamped else 0,
    )
