"""During the session: every half-day resolved, closed and proved (12, 19), departures explained."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.utils import timezone

from certificates import kinds
from core.french import plural
from quality.domain import audited_sessions as reading
from quality.domain.audited_sessions import AuditedSession
from quality.domain.items import Item
from quality.domain.referential import Referential
from quality.enums import ItemState
from training.enums import AbsenceReason, AttendanceState, EnrolmentState, HalfDayState

#: Engagement of the people trained, and proof that the training was really followed.
INDICATORS = (12, 19)


def half_days(audited: AuditedSession, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """Each half-day that is over is closed by its trainer."""
    over = [item for item in audited.half_days if item.ends_at <= at]
    open_ones = [item for item in over if item.state != HalfDayState.HELD]
    for indicator in INDICATORS:
        for half_day in open_ones:
            yield Item(
                indicator=indicator,
                code="half_day_locked",
                state=ItemState.MISSING,
                expected=f"Clôture de la demi-journée du {half_day}",
                since=timezone.localdate(half_day.ends_at),
                session=audited.session.code,
                resolved_on="attendance",
            )
        if over and not open_ones:
            yield Item(
                indicator=indicator,
                code="half_days_locked",
                state=ItemState.PRESENT,
                expected="Demi-journées closes",
                proof=f"{len(over)} sur {len(over)}",
                since=timezone.localdate(max(item.ends_at for item in over)),
                session=audited.session.code,
            )


def resolved(audited: AuditedSession, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """Each learner expected is recorded present or absent, at each half-day that is over.

    The rate of presence is shown, never judged.
    """
    over = [item for item in audited.half_days if item.ends_at <= at]
    unresolved: Counter[int] = Counter()
    present = due = 0
    for half_day in over:
        for enrolment_id in audited.expected[half_day.pk]:
            due += 1
            mark = audited.marks.get((half_day.pk, enrolment_id))
            if mark is None:
                unresolved[enrolment_id] += 1
            elif mark.state == AttendanceState.PRESENT:
                present += 1
    for enrolment_id, count in sorted(unresolved.items()):
        yield Item(
            indicator=12,
            code="attendance_resolved",
            state=ItemState.MISSING,
            expected=f"Présence ou absence enregistrée ({plural(count, 'demi-journée')})",
            since=timezone.localdate(over[0].ends_at),
            session=audited.session.code,
            person=audited.person_codes[enrolment_id],
            enrolment_id=enrolment_id,
            resolved_on="attendance",
        )
    if due and not unresolved:
        yield Item(
            indicator=12,
            code="attendance",
            state=ItemState.PRESENT,
            expected="Présence ou absence de chaque personne, à chaque demi-journée",
            proof=f"{plural(present, 'présence')} sur {plural(due, 'attendue')}",
            since=timezone.localdate(max(item.ends_at for item in over)),
            session=audited.session.code,
        )


def absence_reasons(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """A reason « non connue à ce stade » is to be asked for."""
    unknown = sorted(
        {
            enrolment_id
            for (half_day_id, enrolment_id), mark in audited.marks.items()
            if mark.absence_reason == AbsenceReason.UNKNOWN
            and enrolment_id in audited.person_codes
            and (half_day_id, enrolment_id) not in audited.absences_settled
        }
    )
    for enrolment_id in unknown:
        yield Item(
            indicator=12,
            code="absence_reason",
            state=ItemState.TO_REVIEW,
            expected="Motif de l’absence",
            proof="Non connu à ce stade",
            since=_last_day(audited),
            session=audited.session.code,
            person=audited.person_codes[enrolment_id],
            enrolment_id=enrolment_id,
            resolved_on="attendance",
        )


def departures(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Each person who left, or never came, has a dated reason."""
    for enrolment in audited.enrolments:
        if enrolment.state not in {EnrolmentState.DROPPED_OUT, EnrolmentState.NO_SHOW}:
            continue
        known = bool(enrolment.end_reason.strip())
        yield Item(
            indicator=12,
            code="departure_reason",
            state=ItemState.PRESENT if known else ItemState.MISSING,
            expected=f"Motif ({enrolment.get_state_display().lower()})",
            proof="Motif noté" if known else "",
            since=enrolment.ended_on,
            session=audited.session.code,
            person=audited.person_codes[enrolment.pk],
            enrolment_id=enrolment.pk,
            resolved_on="" if known else "enrolments",
        )


def chain(audited: AuditedSession, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """The chained events verify, and the sheet rendered from them is stored once all is closed."""
    if audited.events:
        for indicator in INDICATORS:
            yield Item(
                indicator=indicator,
                code="chain",
                state=ItemState.MISSING if audited.chain_fault else ItemState.PRESENT,
                expected="Chaîne d’émargement intacte",
                proof=(
                    f"Chaîne {audited.chain_fault}"
                    if audited.chain_fault
                    else f"{plural(audited.events, 'événement')}, empreintes vérifiées"
                ),
                since=_last_day(audited),
                session=audited.session.code,
                resolved_on="attendance" if audited.chain_fault else "",
            )
    if audited.session.completed_at is None:
        return
    sheets = reading.issued(audited, kinds.ATTENDANCE_SHEET)
    yield Item(
        indicator=12,
        code="sheet",
        state=ItemState.PRESENT if sheets else ItemState.MISSING,
        expected="Feuille d’émargement",
        proof=f"Émise le {sheets[0].issued_on:%d/%m/%Y}" if sheets else "",
        since=sheets[0].issued_on if sheets else timezone.localdate(audited.session.completed_at),
        session=audited.session.code,
        resolved_on="" if sheets else "documents",
    )


def remote_work(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Indicator 19: a remote activity is shown by returned work, not by a tick on a platform."""
    validated = [row for row in audited.remote_work if row.validated_at is not None]
    for row in audited.remote_work:
        if row.validated_at is not None:
            continue
        yield Item(
            indicator=19,
            code="remote_insufficient" if row.is_insufficient else "remote_to_validate",
            state=ItemState.MISSING,
            expected=(
                f"« {row.activity} » : insuffisant, terminée sans aucun travail rendu"
                if row.is_insufficient
                else f"« {row.activity} » : trace à valider"
            ),
            since=row.done_on,
            session=audited.session.code,
            person=audited.person_codes.get(row.enrolment_id, ""),
            enrolment_id=row.enrolment_id,
            resolved_on="remote",
        )
    if validated:
        yield Item(
            indicator=19,
            code="remote_validated",
            state=ItemState.PRESENT,
            expected="Activités à distance suivies",
            proof=plural(len(validated), "activité validée", "activités validées"),
            since=max(row.done_on for row in validated),
            session=audited.session.code,
        )


def _last_day(audited: AuditedSession) -> dt.date | None:
    return timezone.localdate(audited.ends_at) if audited.ends_at else None


CHECKS = (half_days, resolved, absence_reasons, departures, chain, remote_work)
