"""What is worth a look by staff in what was recorded. Nothing is blocked because of it.

Found again at any time from the events and their details, by the dated rules of the half-day's
day; raised once, and closed by staff with a note.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import holidays as public_holidays

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from attendance.enums import (
    CONFIRMED_METHODS,
    DECLARED_METHODS,
    OWN_DEVICE_METHODS,
    AttendanceKind,
    FlagKind,
)
from attendance.models import (
    AttendanceEvent,
    AttendanceEventDetails,
    AttendanceFlag,
    HalfDayLock,
)
from core.domain import journal
from core.domain.rules import rules_by_day
from core.domain.transitions import lock, required_reason
from core.exceptions import DomainError
from core.french import format_time, plural
from training.enums import AttendanceState, Modality
from training.models import AttendanceMark, HalfDay

#: Fewer signatures than that say nothing of where people usually sign from.
FEWEST_ADDRESSES = 3
#: How far back the sweep looks.
LOOK_BACK = dt.timedelta(days=3)

#: No half-day lasts longer.
LONGEST = dt.timedelta(days=1)
#: The dated rules that say what is worth a look.
LIMITS = (
    "flag_same_device_people",
    "flag_same_device_minutes",
    "flag_burst_signatures",
    "flag_burst_seconds",
    "flag_clock_drift_seconds",
    "flag_address_percent",
)

Limit = Callable[[str], int]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something to look at, about a person, a trainer, or the half-day itself."""

    kind: FlagKind
    facts: str
    enrolment_id: int | None = None
    trainer_id: int | None = None

    @property
    def subject(self) -> str:
        """What keeps the same finding from being raised twice."""
        if self.enrolment_id:
            return f"e{self.enrolment_id}"
        return f"t{self.trainer_id}" if self.trainer_id else ""


def find_flags(half_day: HalfDay) -> list[Finding]:
    """Everything worth a look at the half-day now; the number of queries is constant."""
    events = list(
        AttendanceEvent.objects.filter(half_day=half_day)
        .select_related("details", "supersedes")
        .order_by("sequence")
    )
    if not events:
        return []
    day = half_day.day
    value_on = rules_by_day(*LIMITS)

    def limit(code: str) -> int:
        return value_on(code, day)

    overlapping = _overlapping(half_day)
    signed = [event for event in events if _is_signature(event)]
    return [
        *_same_device(signed, limit, half_day.zone),
        *_many_at_once(signed, limit, half_day.zone),
        *_absent_then_signed(signed, half_day.zone),
        *_holiday(day),
        *_clock_drift(events, limit),
        *_unusual_address(half_day, signed, limit),
        *_over_capacity(half_day),
        *_same_drawing(half_day, events),
        *_learner_elsewhere(half_day, overlapping),
        *_trainer_elsewhere(half_day, overlapping),
    ]


def raise_flags(*, half_day: HalfDay) -> int:
    """Write down what is worth a look at the half-day and was not yet; returns how many."""
    found = {(item.kind.value, item.subject): item for item in find_flags(half_day)}
    known = set(AttendanceFlag.objects.filter(half_day=half_day).values_list("kind", "subject"))
    new = [item for key, item in found.items() if key not in known]
    AttendanceFlag.objects.bulk_create(
        (
            AttendanceFlag(
                half_day=half_day,
                kind=item.kind,
                subject=item.subject,
                enrolment_id=item.enrolment_id,
                trainer_id=item.trainer_id,
                facts=item.facts,
            )
            for item in new
        ),
        ignore_conflicts=True,
    )
    return len(new)


def sweep_flags(*, at: dt.datetime) -> int:
    """Look at every half-day where something was recorded lately; returns how many flags."""
    recent = HalfDay.objects.filter(
        pk__in=AttendanceEvent.objects.filter(received_at__gte=at - LOOK_BACK)
        .order_by()
        .values("half_day_id")
    )
    return sum(raise_flags(half_day=item) for item in recent.with_place().order_by("pk"))


def close_flag(*, flag: AttendanceFlag, note: str, actor: User | None) -> None:
    """Staff looked at it, and say what it was. Raises `DomainError` (`flag_closed`,
    `reason_required`)."""
    note = required_reason(note)
    with transaction.atomic():
        locked = lock(flag)
        if locked.closed_at is not None:
            raise DomainError("Ce point a déjà été examiné.", code="flag_closed")
        locked.closed_at = timezone.now()
        locked.closed_by = actor
        locked.note = note
        locked.save(update_fields=["closed_at", "closed_by", "note"])
        journal.record(
            actor=actor,
            verb="attendance.flag_closed",
            subject=locked,
            session_id=locked.half_day.session_id,
        )
    flag.refresh_from_db()


# --- One function per kind ------------------------------------------------------------------------


def _is_signature(event: AttendanceEvent) -> bool:
    """Given by the person, not declared for them."""
    signed = event.kind in {AttendanceKind.PRESENCE, AttendanceKind.CORRECTION}
    present = event.state == AttendanceState.PRESENT
    return signed and present and event.method not in DECLARED_METHODS


def _moment(event: AttendanceEvent) -> dt.datetime:
    """When it was given: what was kept without network is received all at once, later."""
    happened = event.context.get("happened_at")
    return (parse_datetime(happened) if isinstance(happened, str) else None) or event.received_at


def _detail(event: AttendanceEvent, name: str) -> str:
    """A detail that retention may have erased."""
    return event.details.data.get(name) or "" if hasattr(event, "details") else ""


def _same_device(signed: list[AttendanceEvent], limit: Limit, zone: dt.tzinfo) -> Iterator[Finding]:
    """Several people from one phone: a family's, or a person signing for others."""
    people, minutes = limit("flag_same_device_people"), limit("flag_same_device_minutes")
    by_device = defaultdict(list)
    for event in signed:
        device = _detail(event, "device")
        if device and event.method in OWN_DEVICE_METHODS | CONFIRMED_METHODS:
            by_device[device].append(event)
    for events in by_device.values():
        for run in _runs(events, dt.timedelta(minutes=minutes)):
            together = {event.enrolment_id for event in run if event.enrolment_id}
            if len(together) >= people:
                for enrolment_id in sorted(together):
                    yield Finding(
                        kind=FlagKind.SAME_DEVICE,
                        enrolment_id=enrolment_id,
                        facts=f"{plural(len(together), 'personne')} sur le même téléphone, "
                        f"de {format_time(_moment(run[0]), zone=zone)} "
                        f"à {format_time(_moment(run[-1]), zone=zone)}",
                    )


def _many_at_once(
    signed: list[AttendanceEvent], limit: Limit, zone: dt.tzinfo
) -> Iterator[Finding]:
    """More signatures than people can give one after the other on one device.

    Phones of one room share their address: one device is an address and a browser together.
    """
    most, seconds = limit("flag_burst_signatures"), limit("flag_burst_seconds")
    by_device = defaultdict(list)
    for event in signed:
        by_device[_detail(event, "ip"), _detail(event, "user_agent")].append(event)
    worst: list[AttendanceEvent] = []
    for device, events in by_device.items():
        if any(device):
            worst = max([worst, *_runs(events, dt.timedelta(seconds=seconds))], key=len)
    if len(worst) > most:
        yield Finding(
            kind=FlagKind.MANY_AT_ONCE,
            facts=f"{plural(len(worst), 'signature')} en moins de {seconds} secondes sur le "
            f"même appareil, à {format_time(_moment(worst[0]), zone=zone)}",
        )


def _runs(events: list[AttendanceEvent], span: dt.timedelta) -> Iterator[list[AttendanceEvent]]:
    """The longest lists of events in a row that hold within `span`, from each of them on."""
    events = sorted(events, key=_moment)
    for rank, first in enumerate(events):
        yield [item for item in events[rank:] if _moment(item) - _moment(first) <= span]


def _absent_then_signed(signed: Iterable[AttendanceEvent], zone: dt.tzinfo) -> Iterator[Finding]:
    for event in signed:
        before = event.supersedes
        if before is not None and before.kind == AttendanceKind.ABSENCE:
            yield Finding(
                kind=FlagKind.ABSENT_THEN_SIGNED,
                enrolment_id=event.enrolment_id,
                facts=f"absence notée à {format_time(before.received_at, zone=zone)}, "
                f"signature à {format_time(event.received_at, zone=zone)}",
            )


@lru_cache(maxsize=8)
def _holidays_of(year: int) -> dict[dt.date, str]:
    return dict(public_holidays.country_holidays("FR", years=year, language="fr"))


def _holiday(day: dt.date) -> Iterator[Finding]:
    name = _holidays_of(day.year).get(day)
    if name:
        yield Finding(kind=FlagKind.HOLIDAY, facts=f"émargement un jour férié : {name}")


def _clock_drift(events: Iterable[AttendanceEvent], limit: Limit) -> Iterator[Finding]:
    """The clock of the device was far from the server's."""
    most = limit("flag_clock_drift_seconds")
    for event in events:
        drift = event.context.get("drift_seconds")
        if isinstance(drift, int) and abs(drift) > most:
            way = "en avance" if drift > 0 else "en retard"
            minutes = plural(max(1, round(abs(drift) / 60)), "minute")
            yield Finding(
                kind=FlagKind.CLOCK_DRIFT,
                enrolment_id=event.enrolment_id,
                trainer_id=None if event.enrolment_id else event.trainer_id,
                facts=f"horloge de l’appareil {way} de {minutes}",
            )


def _unusual_address(
    half_day: HalfDay, signed: list[AttendanceEvent], limit: Limit
) -> Iterator[Finding]:
    """In a room where most sign from one address, those who sign from another.

    It may be a phone on its own network: that is why it is only worth a look.
    """
    if half_day.modality == Modality.REMOTE:
        return
    own = [event for event in signed if event.method in OWN_DEVICE_METHODS | CONFIRMED_METHODS]
    most = limit("flag_address_percent")
    addresses = Counter(address for event in own if (address := _detail(event, "ip")))
    if sum(addresses.values()) < FEWEST_ADDRESSES:
        return
    usual, count = addresses.most_common(1)[0]
    if count * 100 < most * sum(addresses.values()):
        return
    for event in own:
        if _detail(event, "ip") not in {"", usual}:
            yield Finding(
                kind=FlagKind.UNUSUAL_ADDRESS,
                enrolment_id=event.enrolment_id,
                facts=f"signature depuis une autre adresse réseau que {count} des "
                f"{plural(sum(addresses.values()), 'signature')}",
            )


def _over_capacity(half_day: HalfDay) -> Iterator[Finding]:
    """More people recorded present than the place holds; at a distance there is no place."""
    venue = half_day.venue or half_day.session.venue
    if half_day.modality == Modality.REMOTE or venue is None or not venue.capacity:
        return
    present = AttendanceMark.objects.filter(
        half_day=half_day, state=AttendanceState.PRESENT
    ).count()
    if present > venue.capacity:
        yield Finding(
            kind=FlagKind.OVER_CAPACITY,
            facts=f"{plural(present, 'présence')} pour {plural(venue.capacity, 'place')} ({venue})",
        )


def _same_drawing(half_day: HalfDay, events: list[AttendanceEvent]) -> Iterator[Finding]:
    """The very same drawing for two people, or at two half-days: a copy. Typed names never are."""
    digests = {event.pk: event.details.drawing_digest for event in events if _is_drawn(event)}
    if not digests:
        return
    elsewhere = dict(
        AttendanceEventDetails.objects.filter(drawing_digest__in=set(digests.values()))
        .exclude(event__half_day=half_day)
        .order_by("event__received_at", "pk")
        .values_list("drawing_digest", "event__session__code")
    )
    # A signature is of a person; a countersignature, of a trainer.
    drawn = [
        (digests[event.pk], (event.enrolment_id, None if event.enrolment_id else event.trainer_id))
        for event in events
        if event.pk in digests
    ]
    signers = defaultdict(set)
    for digest, subject in drawn:
        signers[digest].add(subject)
    found = set()
    for digest, subject in drawn:
        if subject in found:
            continue
        if len(signers[digest]) > 1:
            facts = "tracé identique à celui d’une autre personne, à la même demi-journée"
        elif digest in elsewhere:
            facts = f"tracé identique à celui d’une autre demi-journée ({elsewhere[digest]})"
        else:
            continue
        found.add(subject)
        yield Finding(
            kind=FlagKind.SAME_DRAWING,
            enrolment_id=subject[0],
            trainer_id=subject[1],
            facts=facts,
        )


def _is_drawn(event: AttendanceEvent) -> bool:
    return hasattr(event, "details") and bool(event.details.drawing_digest)


def _learner_elsewhere(half_day: HalfDay, overlapping: list[int]) -> Iterator[Finding]:
    """Recorded present at another half-day that overlaps this one."""
    if not overlapping:
        return
    here = dict(
        AttendanceMark.objects.filter(half_day=half_day, state=AttendanceState.PRESENT)
        .order_by("pk")
        .values_list("enrolment__learner_id", "enrolment_id")
    )
    elsewhere = (
        AttendanceMark.objects.filter(
            state=AttendanceState.PRESENT,
            enrolment__learner__in=here,
            half_day__in=overlapping,
        )
        .order_by("pk")
        .values_list("enrolment__learner_id", "half_day__session__code")
    )
    for learner_id, code in elsewhere:
        yield Finding(
            kind=FlagKind.LEARNER_ELSEWHERE,
            enrolment_id=here[learner_id],
            facts=f"présence notée aussi à la session {code}, au même moment",
        )


def _trainer_elsewhere(half_day: HalfDay, overlapping: list[int]) -> Iterator[Finding]:
    """Countersigned another half-day that overlaps this one."""
    if not overlapping:
        return
    trainers = HalfDayLock.objects.filter(half_day=half_day, trainer__isnull=False)
    elsewhere = (
        HalfDayLock.objects.filter(
            trainer__in=trainers.values("trainer_id"), half_day__in=overlapping
        )
        .order_by("pk")
        .values_list("trainer_id", "half_day__session__code")
    )
    for trainer_id, code in elsewhere:
        yield Finding(
            kind=FlagKind.TRAINER_ELSEWHERE,
            trainer_id=trainer_id,
            facts=f"a clos aussi une demi-journée de la session {code}, au même moment",
        )


def _overlapping(half_day: HalfDay) -> list[int]:
    """The half-days that take place at the same time."""
    return list(
        HalfDay.objects.counting()
        .filter(
            # The index stands on the start: without a lower bound, all of the past is read.
            starts_at__gt=half_day.starts_at - LONGEST,
            starts_at__lt=half_day.ends_at,
            ends_at__gt=half_day.starts_at,
        )
        .exclude(pk=half_day.pk)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
