"""During the session: every half-day resolved, closed and proved (12, 19), departures explained."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.utils import timezone

from certificates import kinds
from quality.domain import facts as reading
from quality.domain.facts import SessionFacts
from quality.domain.items import Item
from quality.domain.referential import Referential
from quality.enums import ItemState
from training.enums import AbsenceReason, AttendanceState, EnrolmentState, HalfDayState
from training.french import plural

#: Engagement of the people trained, and proof that the training was really followed.
INDICATORS = (12, 19)


def half_days(facts: SessionFacts, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """Each half-day that is over is closed by its trainer."""
    over = [item for item in facts.half_days if item.ends_at <= at]
    open_ones = [item for item in over if item.state != HalfDayState.HELD]
    for indicator in INDICATORS:
        for half_day in open_ones:
            yield Item(
                indicator=indicator,
                code="half_day_locked",
                state=ItemState.MISSING,
                expected=f"Clôture de la demi-journée du {half_day}",
                since=timezone.localdate(half_day.ends_at),
                session=facts.session.code,
                mend="attendance",
            )
        if over and not open_ones:
            yield Item(
                indicator=indicator,
                code="half_days_locked",
                state=ItemState.PRESENT,
                expected="Demi-journées closes",
                proof=f"{len(over)} sur {len(over)}",
                since=timezone.localdate(max(item.ends_at for item in over)),
                session=facts.session.code,
            )


def resolved(facts: SessionFacts, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """Whoever was expected is recorded present or absent, at each half-day that is over.

    The rate of presence is shown, never judged.
    """
    over = [item for item in facts.half_days if item.ends_at <= at]
    unresolved: Counter[int] = Counter()
    present = due = 0
    for half_day in over:
        for enrolment_id in facts.expected[half_day.pk]:
            due += 1
            mark = facts.marks.get((half_day.pk, enrolment_id))
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
            session=facts.session.code,
            person=facts.person_codes[enrolment_id],
            enrolment_id=enrolment_id,
            mend="attendance",
        )
    if due and not unresolved:
        yield Item(
            indicator=12,
            code="attendance",
            state=ItemState.PRESENT,
            expected="Présence ou absence de chaque personne, à chaque demi-journée",
            proof=f"{plural(present, 'présence')} sur {plural(due, 'attendue')}",
            since=timezone.localdate(max(item.ends_at for item in over)),
            session=facts.session.code,
        )


def absence_reasons(
    facts: SessionFacts, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """A reason « non connue à ce stade » is to be asked for."""
    unknown = sorted(
        {
            enrolment_id
            for (half_day_id, enrolment_id), mark in facts.marks.items()
            if mark.absence_reason == AbsenceReason.UNKNOWN
            and enrolment_id in facts.person_codes
            and (half_day_id, enrolment_id) not in facts.absences_settled
        }
    )
    for enrolment_id in unknown:
        yield Item(
            indicator=12,
            code="absence_reason",
            state=ItemState.TO_REVIEW,
            expected="Motif de l’absence",
            proof="Non connu à ce stade",
            since=_last_day(facts),
            session=facts.session.code,
            person=facts.person_codes[enrolment_id],
            enrolment_id=enrolment_id,
            mend="attendance",
        )


def departures(facts: SessionFacts, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """Each person who left, or never came, has a dated reason."""
    for enrolment in facts.enrolments:
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
            session=facts.session.code,
            person=facts.person_codes[enrolment.pk],
            enrolment_id=enrolment.pk,
            mend="" if known else "enrolments",
        )


def chain(facts: SessionFacts, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """The chained events verify, and the sheet drawn from them is stored once all is closed."""
    if facts.events:
        for indicator in INDICATORS:
            yield Item(
                indicator=indicator,
                code="chain",
                state=ItemState.MISSING if facts.chain_fault else ItemState.PRESENT,
                expected="Chaîne d’émargement intacte",
                proof=(
                    f"Chaîne {facts.chain_fault}"
                    if facts.chain_fault
                    else f"{plural(facts.events, 'événement')}, empreintes vérifiées"
                ),
                since=_last_day(facts),
                session=facts.session.code,
                mend="attendance" if facts.chain_fault else "",
            )
    if facts.session.completed_at is None:
        return
    sheets = reading.issued(facts, kinds.ATTENDANCE_SHEET)
    yield Item(
        indicator=12,
        code="sheet",
        state=ItemState.PRESENT if sheets else ItemState.MISSING,
        expected="Feuille d’émargement",
        proof=f"Émise le {sheets[0].issued_on:%d/%m/%Y}" if sheets else "",
        since=sheets[0].issued_on if sheets else timezone.localdate(facts.session.completed_at),
        session=facts.session.code,
        mend="" if sheets else "documents",
    )


def remote_work(facts: SessionFacts, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """Indicator 19: a remote activity is shown by returned work, not by a tick on a platform."""
    validated = [row for row in facts.remote_work if row.validated_at is not None]
    for row in facts.remote_work:
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
            session=facts.session.code,
            person=facts.person_codes.get(row.enrolment_id, ""),
            enrolment_id=row.enrolment_id,
            mend="remote",
        )
    if validated:
        yield Item(
            indicator=19,
            code="remote_validated",
            state=ItemState.PRESENT,
            expected="Activités à distance suivies",
            proof=plural(len(validated), "activité validée", "activités validées"),
            since=max(row.done_on for row in validated),
            session=facts.session.code,
        )


def _last_day(facts: SessionFacts) -> dt.date | None:
    return timezone.localdate(facts.ends_at) if facts.ends_at else None


CHECKS = (half_days, resolved, absence_reasons, departures, chain, remote_work)
