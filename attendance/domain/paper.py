"""The paper bridge: a sheet signed by hand, its scan, and the events entered from it.

The printed sheet is that of one day of a session; each row carries a code, so that a name that
no one can read is still a person. Every cell entered is an event like any other, by the method
« paper », whose circumstances hold the SHA-256 of the scan.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.domain.actors import may_correct
from attendance.domain.guards import is_locked
from attendance.domain.projection import RecordedMark, with_events
from attendance.domain.recording import record_absence, record_presence
from attendance.domain.versions import recorded_words
from attendance.domain.windows import Window, signing_windows
from attendance.enums import AttendanceMethod
from attendance.models import PaperScan
from core.domain import journal, private_files
from core.domain.transitions import lock
from core.exceptions import DomainError
from core.french import as_day, format_day
from training.domain.expected import expected_by_half_days
from training.models import AttendanceMark, Enrolment, HalfDay, TrainingSession

#: No sign that is read for another one.
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 5
#: What a cell says of a person who is not expected at that half-day.
NOT_EXPECTED = "présence non prévue"
#: Choices of a cell besides the reasons of absence.
SIGNED, BLANK = "signed", "blank"


@dataclass(frozen=True, kw_only=True)
class PaperCell:
    """One person at one half-day. `field` names its choice; `words` says why there is none."""

    half_day: HalfDay
    enrolment: Enrolment
    field: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperRow:
    """One person of the sheet, with the code printed on their row."""

    enrolment: Enrolment
    code: str
    cells: list[PaperCell]


@dataclass(frozen=True, kw_only=True)
class PaperDay:
    """The sheet of one day: its half-days in order, its rows in order of name."""

    session: TrainingSession
    day: dt.date
    half_days: list[HalfDay]
    rows: list[PaperRow]

    @property
    def open_cells(self) -> list[PaperCell]:
        """Those that may still be entered."""
        return [cell for row in self.rows for cell in row.cells if cell.field]


def row_code(enrolment: Enrolment) -> str:
    """The code of a person's row, the same on every sheet: « K7QM2 »."""
    rest, code = enrolment.uuid.int, ""
    for _rank in range(CODE_LENGTH):
        rest, sign = divmod(rest, len(CODE_ALPHABET))
        code += CODE_ALPHABET[sign]
    return code


def paper_day(*, session: TrainingSession, day: dt.date) -> PaperDay:
    """The sheet of a day, with what may be entered of it now.

    The number of queries does not depend on the people. Days are those of the clock of the place.
    """
    half_days = [
        half_day
        for half_day in HalfDay.objects.counting()
        .filter(
            session=session,
            starts_at__range=(_midnight(day, -1), _midnight(day, 2)),
        )
        .select_related("venue", "session__venue", "session__programme_version")
        .prefetch_related("assignments__trainer")
        .order_by("starts_at", "pk")
        if as_day(half_day.starts_at, zone=half_day.zone) == day
    ]
    expected = {pk: set(ids) for pk, ids in expected_by_half_days(half_days=half_days).items()}
    recorded = {
        (found.mark.half_day_id, found.mark.enrolment_id): found
        for found in with_events(AttendanceMark.objects.filter(half_day__in=half_days))
    }
    people = (
        Enrolment.objects.filter(pk__in=set().union(*expected.values()))
        .select_related("learner", "employer")
        .by_name()
    )
    window_of = signing_windows()
    closed = {item.pk: _closed_words(item, window_of(item)) for item in half_days}
    return PaperDay(
        session=session,
        day=day,
        half_days=half_days,
        rows=[
            PaperRow(
                enrolment=person,
                code=row_code(person),
                cells=[
                    _cell(
                        half_day,
                        person,
                        recorded=recorded.get((half_day.pk, person.pk)),
                        is_expected=person.pk in expected[half_day.pk],
                        closed=closed[half_day.pk],
                    )
                    for half_day in half_days
                ],
            )
            for person in people
        ],
    )


def receive_scan(
    *, session: TrainingSession, day: dt.date, content: bytes, actor: User | None
) -> PaperScan:
    """Keep the scan of a day's sheet; the same file given again is the same scan.

    A PDF or a picture, 15 MiB at most. Raises `DomainError`: `not_staff`, `no_half_day`,
    `scan_erased`, `file_empty`, `file_too_big`, `file_wrong_type`.
    """
    _refuse_unless_staff(actor)
    if not paper_day(session=session, day=day).half_days:
        raise DomainError("Aucune demi-journée n’a lieu ce jour-là.", code="no_half_day")
    kept = private_files.keep(content=content, folder="paper")
    with transaction.atomic():
        lock(session)
        known = PaperScan.objects.filter(session=session, day=day, sha256=kept.sha256).first()
        scan = known or PaperScan.objects.create(
            session=session,
            day=day,
            key=kept.key,
            sha256=kept.sha256,
            media_type=kept.media_type,
            size=kept.size,
            uploaded_by=actor,
        )
        if known is None:
            journal.record(actor=actor, verb="paper.received", subject=scan, session_id=session.pk)
    if known is not None:
        private_files.discard(kept.key)
        _refuse_if_erased(known)
    return scan


@dataclass(frozen=True, kw_only=True)
class WrittenHours:
    """What a person wrote beside their signature: hours read on the clock of the place."""

    arrived_at: dt.time | None = None
    left_at: dt.time | None = None


def enter(
    *,
    scan: PaperScan,
    choices: Mapping[str, str],
    actor: User | None,
    hours: Mapping[str, WrittenHours] | None = None,
) -> int:
    """Record every cell of the sheet that may be entered, or none; returns how many events.

    `choices`: by `PaperCell.field`, a reason of absence, `BLANK` (nothing to enter) or `SIGNED`;
    a cell not named is signed. `hours`: by `PaperCell.field` too, the arrivals and departures that
    the sheet says; they reduce the minutes. What is recorded already is left alone, so that doing
    it twice adds nothing. Raises `DomainError`: `not_staff`, `scan_erased`, `bad_reason`, and those
    of recording, with the name of the person.
    """
    _refuse_unless_staff(actor)
    written = 0
    with transaction.atomic():
        session = lock(scan.session)
        _refuse_if_erased(lock(scan))
        reason = f"Feuille de papier du {format_day(scan.day)}"
        for cell in paper_day(session=session, day=scan.day).open_cells:
            choice = choices.get(cell.field, SIGNED)
            if choice == BLANK:
                continue
            key = uuid.uuid5(scan.uuid, cell.field)
            common: dict[str, Any] = {
                "half_day": cell.half_day,
                "enrolment": cell.enrolment,
                "actor": actor,
                "idempotency_key": key,
                "method": AttendanceMethod.PAPER,
            }
            try:
                if choice == SIGNED:
                    said = (hours or {}).get(cell.field, WrittenHours())
                    record_presence(
                        **common,
                        context={"scan": scan.sha256},
                        signature=None,
                        reason=reason,
                        arrived_at=_moment(cell.half_day, said.arrived_at),
                        left_at=_moment(cell.half_day, said.left_at),
                    )
                else:
                    record_absence(
                        **common,
                        context={"scan": scan.sha256},
                        absence_reason=choice,
                        comment=reason,
                    )
            except DomainError as refusal:
                raise DomainError(
                    f"{cell.enrolment.learner}, {cell.half_day.get_label_display()} : "
                    f"{refusal.message}",
                    code=refusal.code,
                ) from refusal
            written += 1
        if written:
            scan.entered_at = timezone.now()
            scan.save(update_fields=["entered_at"])
            journal.record(
                actor=actor,
                verb="paper.entered",
                subject=scan,
                session_id=session.pk,
                details={"events": written},
            )
    return written


# --- Helpers --------------------------------------------------------------------------------------


def _moment(half_day: HalfDay, clock: dt.time | None) -> dt.datetime | None:
    return half_day.moment(clock) if clock else None


def _midnight(day: dt.date, days: int) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=days), dt.time.min, tzinfo=dt.UTC)


def _closed_words(half_day: HalfDay, window: Window) -> str:
    """Why nothing of the half-day can be entered; empty when it can."""
    if is_locked(half_day):
        return "demi-journée close"
    return "" if timezone.now() >= window.opens_at else "pas encore commencée"


def _cell(
    half_day: HalfDay,
    enrolment: Enrolment,
    *,
    recorded: RecordedMark | None,
    is_expected: bool,
    closed: str,
) -> PaperCell:
    if recorded is not None:
        said = recorded_words(mark=recorded.mark, half_day=half_day, event=recorded.event)
        words = f"déjà noté : {said}"
    elif not is_expected:
        words = NOT_EXPECTED
    else:
        words = closed
    field = "" if words else f"c-{half_day.pk}-{enrolment.pk}"
    return PaperCell(half_day=half_day, enrolment=enrolment, field=field, words=words)


def _refuse_unless_staff(actor: User | None) -> None:
    if not may_correct(actor):
        raise DomainError("Seul le secrétariat saisit une feuille de papier.", code="not_staff")


def _refuse_if_erased(scan: PaperScan) -> None:
    if scan.erased_at is not None:
        raise DomainError(
            f"Cette feuille n’est plus là : preuve effacée le {format_day(scan.erased_at)}, à "
            "l’échéance de conservation.",
            code="scan_erased",
        )
