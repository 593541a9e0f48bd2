"""What a trainer sees of a half-day: each person, what is recorded, who is missing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from attendance.domain.actors import learner_of
from attendance.domain.locking import LockReadiness, readiness_of, trainers_to_lock
from attendance.domain.projection import with_events
from attendance.domain.signature_claims import pending_claims
from attendance.domain.windows import Window, signing_window
from attendance.enums import DECLARED_METHODS, AttendanceKind, ClaimState
from attendance.models import AttendanceEvent, HalfDayLock, SignatureClaim, WalkIn
from training.domain.expected import expected_by_half_days, expected_enrolments
from training.enums import AttendanceState, HalfDayState
from training.models import AttendanceMark, Enrolment, HalfDay, Trainer


@dataclass(frozen=True)
class BoardRow:
    """One person of the half-day; `mark`, and the `event` that made it, once one is recorded."""

    enrolment: Enrolment
    mark: AttendanceMark | None = None
    event: AttendanceEvent | None = None

    @property
    def is_present(self) -> bool:
        """Recorded present."""
        return self.mark is not None and self.mark.state == AttendanceState.PRESENT

    @property
    def is_absent(self) -> bool:
        """Recorded absent."""
        return self.mark is not None and self.mark.state == AttendanceState.ABSENT

    @property
    def is_signed(self) -> bool:
        """Signed by the person, neither declared nor corrected by another person."""
        return (
            self.event is not None
            and self.event.kind == AttendanceKind.PRESENCE
            and self.event.method not in DECLARED_METHODS
        )


@dataclass(frozen=True, kw_only=True)
class Board:
    """A half-day as it stands at `at`.

    `others` are people recorded there who are no longer expected; `locks` the countersignatures
    made, `to_lock` the trainers who have not countersigned; `claims` the signatures that wait for
    a confirmation, `walk_ins` the people noted without an enrolment; `version` changes with what
    the list shows.
    """

    half_day: HalfDay
    at: dt.datetime
    window: Window
    rows: list[BoardRow]
    others: list[BoardRow]
    readiness: LockReadiness
    locks: list[HalfDayLock]
    to_lock: list[Trainer]
    claims: list[SignatureClaim]
    walk_ins: list[WalkIn]
    version: str

    @property
    def is_locked(self) -> bool:
        """A trainer or the staff has locked: trainers change nothing any more."""
        return bool(self.locks) or self.half_day.state == HalfDayState.HELD

    @property
    def is_held(self) -> bool:
        """Everybody who had to has locked."""
        return self.half_day.state == HalfDayState.HELD

    @property
    def lock_names(self) -> list[str]:
        """Who countersigned; the staff signs for the organisation."""
        return [str(row.trainer or "l’organisme") for row in self.locks]

    @property
    def present(self) -> int:
        """How many people are recorded present."""
        return sum(row.is_present for row in self.rows + self.others)

    @property
    def not_open_yet(self) -> bool:
        """Before the signing window."""
        return self.at < self.window.opens_at

    @property
    def may_sign(self) -> bool:
        """Inside the signing window, and not locked."""
        return not self.is_locked and self.window.opens_at <= self.at <= self.window.closes_at


@dataclass(frozen=True)
class Progress:
    """How far a half-day is: people recorded, out of those expected."""

    recorded: int
    expected: int


def progress_of(*, half_days: Iterable[HalfDay]) -> dict[int, Progress]:
    """By half-day id; the number of queries does not depend on the number of half-days."""
    wanted = list(half_days)
    expected = expected_by_half_days(half_days=wanted)
    recorded: dict[int, set[int]] = defaultdict(set)
    for half_day_id, enrolment_id in AttendanceMark.objects.filter(half_day__in=wanted).values_list(
        "half_day_id", "enrolment_id"
    ):
        recorded[half_day_id].add(enrolment_id)
    return {
        pk: Progress(len(recorded[pk].intersection(enrolments)), len(enrolments))
        for pk, enrolments in expected.items()
    }


def board_version(*, half_day: HalfDay, at: dt.datetime, window: Window | None = None) -> str:
    """What changes whenever the list of a half-day does: a few light queries."""
    last = AttendanceEvent.objects.filter(half_day=half_day).aggregate(last=Max("sequence"))["last"]
    claims = SignatureClaim.objects.filter(half_day=half_day).aggregate(
        total=Count("pk"), pending=Count("pk", filter=Q(state=ClaimState.PENDING))
    )
    walk_ins = WalkIn.objects.filter(half_day=half_day).count()
    window = window or signing_window(half_day)
    phase = (at >= window.opens_at) + (at > window.closes_at)
    return f"{last or 0}-{claims['total']}-{claims['pending']}-{walk_ins}-{phase}"


def half_day_board(*, half_day: HalfDay, at: dt.datetime) -> Board:
    """The half-day's board; the number of queries does not depend on the number of people."""
    expected = list(expected_enrolments(half_day=half_day))
    marks = {
        recorded.mark.enrolment_id: recorded
        for recorded in with_events(
            AttendanceMark.objects.filter(half_day=half_day).select_related(
                "enrolment__learner", "enrolment__employer"
            )
        )
    }
    rows = []
    for enrolment in expected:
        found = marks.pop(enrolment.pk, None)
        rows.append(BoardRow(enrolment, found.mark, found.event) if found else BoardRow(enrolment))
    others = [BoardRow(left.mark.enrolment, left.mark, left.event) for left in marks.values()]
    others.sort(key=lambda row: (learner_of(row.enrolment).sort_key, row.enrolment.pk))
    window = signing_window(half_day)
    return Board(
        half_day=half_day,
        at=at,
        window=window,
        rows=rows,
        others=others,
        readiness=readiness_of(
            half_day=half_day,
            missing=[row.enrolment for row in rows if row.mark is None],
            at=at,
        ),
        locks=list(half_day.locks.select_related("trainer").order_by("locked_at", "pk")),
        to_lock=trainers_to_lock(half_day),
        claims=pending_claims(half_day=half_day),
        walk_ins=list(half_day.walk_ins.order_by("noted_at", "pk")),
        version=board_version(half_day=half_day, at=at, window=window),
    )
