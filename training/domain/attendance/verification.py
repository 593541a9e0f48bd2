"""Is what is recorded what was recorded? The whole chain of a session computed again."""

from collections import defaultdict
from dataclasses import dataclass

from training.domain.attendance import chain, projection
from training.domain.canonical import salted_digest
from training.enums import AttendanceKind
from training.models import AttendanceEvent, TrainingSession


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """What checking a chain found.

    `events`: links read. `erased`: links whose details retention has erased (they still verify).
    `first_broken`: rank of the first link that is wrong, None when no link is. `message`: one
    French sentence, without any person's name. `ok` also needs marks and locks to say what the
    chain says.
    """

    session: TrainingSession
    ok: bool
    events: int
    erased: int
    first_broken: int | None
    message: str


def verify_chain(*, session: TrainingSession) -> ChainReport:
    """Compute the session's chain again, then compare marks and locks with it.

    Finds a changed column, a missing or an inserted link, changed details, a lock that no longer
    covers its half-day, a projection that differs. Links cut from the very end with all their
    marks cannot be seen from the chain alone: that is what a kept export or anchor is for.
    """
    previous = chain.EMPTY
    erased = 0
    slots: dict[int, list[str]] = defaultdict(list)
    seen: dict[object, tuple[int, int | None]] = {}
    events = (
        AttendanceEvent.objects.filter(session=session)
        .select_related("details")
        .order_by("sequence")
    )
    for event in events.iterator(chunk_size=500):
        wrong = _wrong_link(event, previous, slots[event.half_day_id], seen)
        if wrong:
            rank = previous.sequence + 1
            return ChainReport(
                session=session,
                ok=False,
                events=previous.sequence,
                erased=erased,
                first_broken=rank,
                message=f"{session.code} n° {rank} : {wrong}.",
            )
        if not hasattr(event, "details"):
            erased += 1
        slots[event.half_day_id].append(event.hash)
        seen[event.pk] = (event.half_day_id, event.enrolment_id)
        previous = chain.Head(event.sequence, event.hash)
    return _report_on_projection(session, events=previous.sequence, erased=erased)


def _wrong_link(
    event: AttendanceEvent,
    previous: chain.Head,
    slot: list[str],
    seen: dict[object, tuple[int, int | None]],
) -> str:
    """Why this link does not follow the previous one, as the end of a sentence; empty if well."""
    if event.sequence != previous.sequence + 1:
        return "un événement manque dans la chaîne"
    if event.hash_version not in chain.KNOWN_VERSIONS:
        return "la version de l’empreinte est inconnue"
    if event.prev_hash != previous.hash:
        return "l’événement ne suit pas le précédent"
    if not chain.is_whole(event):
        return "l’événement a été modifié"
    if event.kind == AttendanceKind.LOCK and event.slot_hash != chain.slot_hash(slot):
        return "la clôture ne couvre pas les événements de sa demi-journée"
    if event.supersedes_id and seen.get(event.supersedes_id) != (
        event.half_day_id,
        event.enrolment_id,
    ):
        return "l’événement corrige un événement d’une autre personne ou inconnu"
    if hasattr(event, "details") and not _details_match(event):
        return "le détail de l’événement a été modifié"
    return ""


def _details_match(event: AttendanceEvent) -> bool:
    try:
        digest = salted_digest(salt=event.details.salt, data=event.details.data)
    except (TypeError, ValueError, AttributeError):
        return False
    return digest == event.details_digest


def _report_on_projection(session: TrainingSession, *, events: int, erased: int) -> ChainReport:
    wrong = next(projection.differences(session), None)
    if wrong is None:
        count = f"{events} événement" + ("s" if events > 1 else "")
        message = f"{session.code} : chaîne intacte, {count}"
        if erased:
            message += f", dont {erased} au détail effacé à l’échéance de conservation"
        return ChainReport(
            session=session,
            ok=True,
            events=events,
            erased=erased,
            first_broken=None,
            message=f"{message}.",
        )
    thing = "une présence" if wrong.kind == "mark" else "une clôture"
    if wrong.event is None:
        reason = f"{thing} (demi-journée {wrong.half_day_id}) n’a pas d’événement"
    else:
        reason = f"{thing} affichée diffère de l’événement n° {wrong.event.sequence}"
    return ChainReport(
        session=session,
        ok=False,
        events=events,
        erased=erased,
        first_broken=wrong.event.sequence if wrong.event else None,
        message=f"{session.code} : {reason}.",
    )
