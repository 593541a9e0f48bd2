"""What a trainer sees of a half-day: each person, what is recorded, who is missing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from training.domain.attendance.expected import expected_by_half_days, expected_enrolments
from training.domain.attendance.locking import LockBlockers, blockers_for, trainers_to_lock
from training.domain.attendance.slot import DECLARED_METHODS, Window, signing_window
from training.enums import AttendanceKind, AttendanceState, HalfDayState
from training.models import AttendanceMark, Enrolment, HalfDay, HalfDayLock, Trainer


@dataclass(frozen=True)
class BoardRow:
    """One person of the half-day. `mark` is None while nothing is recorded."""

    enrolment: Enrolment
    mark: AttendanceMark | None

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
        """Signed by the person, neither declared nor corrected by somebody else."""
        return (
            self.mark is not None
            and self.mark.event.kind == AttendanceKind.PRESENCE
            and self.mark.event.method not in DECLARED_METHODS
        )


@dataclass(frozen=True, kw_only=True)
class Board:
    """A half-day as it stands at `at`.

    `others` are people recorded there who are no longer expected; `locks` the countersignatures
    made, `to_lock` the trainers who have not countersigned.
    """

    half_day: HalfDay
    at: dt.datetime
    window: Window
    rows: list[BoardRow]
    others: list[BoardRow]
    blockers: LockBlockers
    locks: list[HalfDayLock]
    to_lock: list[Trainer]

    @property
    def is_locked(self) -> bool:
        """Somebody has locked: trainers change nothing any more."""
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


def half_day_board(*, half_day: HalfDay, at: dt.datetime) -> Board:
    """The half-day's board; the number of queries does not depend on the number of people."""
    expected = list(expected_enrolments(half_day=half_day))
    marks = {
        mark.enrolment_id: mark
        for mark in AttendanceMark.objects.filter(half_day=half_day).select_related(
            "event", "enrolment__learner", "enrolment__employer"
        )
    }
    rows = [BoardRow(enrolment, marks.pop(enrolment.pk, None)) for enrolment in expected]
    others = [BoardRow(mark.enrolment, mark) for mark in marks.values()]
    others.sort(key=lambda row: (row.enrolment.learner.last_name, row.enrolment.pk))
    return Board(
        half_day=half_day,
        at=at,
        window=signing_window(half_day),
        rows=rows,
        others=others,
        blockers=blockers_for(
            half_day=half_day,
            missing=[row.enrolment for row in rows if row.mark is None],
            at=at,
        ),
        locks=list(half_day.locks.select_related("trainer").order_by("locked_at", "pk")),
        to_lock=trainers_to_lock(half_day),
    )
