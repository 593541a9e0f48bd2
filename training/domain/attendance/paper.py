"""The paper bridge: a sheet signed by hand, its scan, and the events entered from it.

The printed sheet is that of one day of a session; each row carries a code, so that a name that
nobody can read is still somebody. Every cell entered is an event like any other, by the method
« paper », whose circumstances hold the SHA-256 of the scan.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training.domain import journal, private_files
from training.domain.attendance.expected import expected_by_half_days
from training.domain.attendance.recording import record_absence, record_presence
from training.domain.attendance.slot import is_locked, may_correct, signing_window
from training.domain.transitions import lock
from training.enums import AttendanceMethod
from training.exceptions import DomainError
from training.french import as_day, format_day
from training.models import (
    AttendanceMark,
    Enrolment,
    HalfDay,
    PaperScan,
    TrainingSession,
)

#: No sign that is read for another one.
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 5
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
    """The code of somebody's row, the same on every sheet: « K7QM2 »."""
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
        .prefetch_related("assignments__trainer", "locks")
        .order_by("starts_at", "pk")
        if as_day(half_day.starts_at, zone=half_day.zone) == day
    ]
    expected = {pk: set(ids) for pk, ids in expected_by_half_days(half_days=half_days).items()}
    recorded = {
        (mark.half_day_id, mark.enrolment_id): mark
        for mark in AttendanceMark.objects.filter(half_day__in=half_days)
    }
    people = (
        Enrolment.objects.filter(pk__in=set().union(*expected.values()))
        .select_related("learner", "employer")
        .order_by("learner__last_name", "learner__first_name", "pk")
    )
    closed = {item.pk: _closed_words(item) for item in half_days}
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
                        mark=recorded.get((half_day.pk, person.pk)),
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
            journal.record(actor=actor, verb="paper.received", subject=scan, session=session)
    if known is not None:
        private_files.discard(kept.key)
        _refuse_if_erased(known)
    return scan


def enter(*, scan: PaperScan, choices: Mapping[str, str], actor: User | None) -> int:
    """Record every cell of the sheet that may be entered, or none; returns how many events.

    `choices`: by `PaperCell.field`, a reason of absence, `BLANK` (nothing to enter) or `SIGNED`;
    a cell not named is signed. What is recorded already is left alone, so that doing it twice
    adds nothing. Raises `DomainError`: `not_staff`, `scan_erased`, `bad_reason`, and those of
    recording.
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
            if choice == SIGNED:
                record_presence(
                    half_day=cell.half_day,
                    enrolment=cell.enrolment,
                    method=AttendanceMethod.PAPER,
                    signature=None,
                    actor=actor,
                    reason=reason,
                    idempotency_key=key,
                    context={"scan": scan.sha256},
                )
            else:
                record_absence(
                    half_day=cell.half_day,
                    enrolment=cell.enrolment,
                    absence_reason=choice,
                    actor=actor,
                    comment=reason,
                    idempotency_key=key,
                    method=AttendanceMethod.PAPER,
                    context={"scan": scan.sha256},
                )
            written += 1
        if written:
            scan.entered_at = timezone.now()
            scan.save(update_fields=["entered_at"])
            journal.record(
                actor=actor,
                verb="paper.entered",
                subject=scan,
                session=session,
                details={"events": written},
            )
    return written


# --- Helpers --------------------------------------------------------------------------------------


def _midnight(day: dt.date, days: int) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=days), dt.time.min, tzinfo=dt.UTC)


def _closed_words(half_day: HalfDay) -> str:
    """Why nothing of the half-day can be entered; empty when it can."""
    if is_locked(half_day):
        return "demi-journée close"
    return "" if timezone.now() >= signing_window(half_day).opens_at else "pas encore commencée"


def _cell(
    half_day: HalfDay,
    enrolment: Enrolment,
    *,
    mark: AttendanceMark | None,
    is_expected: bool,
    closed: str,
) -> PaperCell:
    if mark is not None:
        words = f"déjà notée : {mark.get_state_display().lower()}"
    elif not is_expected:
        words = "pas attendue"
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
