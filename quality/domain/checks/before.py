"""Before the first day: needs (4), positioning (8), paper and information (9), adaptations (10)."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from core.enums import MessageState
from core.french import plural
from core.models import Message
from evaluations.models import Invitation
from quality.domain import audited_sessions as reading
from quality.domain.audited_sessions import AuditedSession
from quality.domain.items import Item
from quality.domain.referential import Referential
from quality.enums import ItemState
from training.enums import AdaptationState, AgreementKind
from training.models import Agreement


def needs_and_positioning(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Indicators 4 and 8: needs known before the start, level known by the first half-day's end."""
    if not audited.half_days or audited.half_days[0].starts_at > at or not audited.enrolments:
        return
    first = audited.half_days[0]
    answered = {
        invitation.enrolment_id: invitation.response.submitted_at
        for invitation in reading.positioning(audited)
        if _has_response(invitation)
    }
    for indicator, code, limit, what in (
        (4, "needs", first.starts_at, "Analyse du besoin, datée avant le début"),
        (8, "positioning", first.ends_at, "Positionnement, daté au plus tard du premier jour"),
    ):
        in_time = {pk for pk, when in answered.items() if when <= limit}
        people = [enrolment.pk for enrolment in audited.enrolments]
        lacking = [pk for pk in people if pk not in in_time]
        if len(lacking) == len(people):
            yield _gap(audited, indicator, code, f"{what} (0 personne sur {len(people)})", limit)
            continue
        for pk in lacking:
            yield _gap(audited, indicator, code, what, limit, enrolment_id=pk)
        if not lacking:
            yield Item(
                indicator=indicator,
                code=code,
                state=ItemState.PRESENT,
                expected=what,
                proof=f"{plural(len(people), 'personne')} sur {len(people)}",
                since=timezone.localdate(max(answered.values())),
                session=audited.session.code,
            )


def agreements(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Indicator 9 and D6353-1: what was sold is signed before the first day."""
    start = audited.starts_at
    if start is None or start > at:
        return
    first_day = timezone.localdate(start)
    for agreement in audited.agreements:
        if agreement.kind == AgreementKind.FREE:
            continue
        name = f"Accord {agreement.reference}"
        late = agreement.signed_on is not None and agreement.signed_on > first_day
        if agreement.signed_on is None:
            state, proof = ItemState.MISSING, name
        elif late:
            state, proof = ItemState.TO_REVIEW, f"{name}, signé le {agreement.signed_on:%d/%m/%Y}"
        else:
            state, proof = ItemState.PRESENT, f"{name}, signé le {agreement.signed_on:%d/%m/%Y}"
        yield Item(
            indicator=9,
            code="agreement_signed",
            state=state,
            expected="Accord signé avant le début",
            proof=proof,
            since=agreement.signed_on or first_day,
            session=audited.session.code,
            person=_customer_code(audited, agreement),
            resolved_on="" if state == ItemState.PRESENT else "agreements",
        )


def convocations(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Indicator 9: each person was notified when and where to come, before the first day."""
    start = audited.starts_at
    if start is None or start > at or not audited.enrolments:
        return
    notified: list[dt.datetime] = []
    for enrolment in audited.enrolments:
        sent = [
            message.sent_at
            for message in audited.convocations[enrolment.pk]
            if message.state == MessageState.SENT and message.sent_at
        ]
        if sent and min(sent) < start:
            notified.append(min(sent))
            continue
        yield Item(
            indicator=9,
            code="convocation",
            state=ItemState.TO_REVIEW if sent else ItemState.MISSING,
            expected="Convocation ou confirmation envoyée avant le début",
            proof=(
                f"Envoyée le {timezone.localdate(min(sent)):%d/%m/%Y}, après"
                if sent
                else _why_not_sent(audited.convocations[enrolment.pk])
            ),
            since=timezone.localdate(start),
            session=audited.session.code,
            person=audited.person_codes[enrolment.pk],
            enrolment_id=enrolment.pk,
            resolved_on="messages",
        )
    if notified:
        yield Item(
            indicator=9,
            code="convocations",
            state=ItemState.PRESENT,
            expected="Convocation ou confirmation envoyée avant le début",
            proof=f"{plural(len(notified), 'personne')} sur {len(audited.enrolments)}",
            since=timezone.localdate(max(notified)),
            session=audited.session.code,
        )


def adaptations(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Indicator 10: each adaptation asked for is decided, then in place at the first half-day.

    Never linked to a person here: a request says something of the person's health.
    """
    begun = audited.starts_at is not None and audited.starts_at <= at
    for rank, adaptation in enumerate(audited.adaptations, start=1):
        asked = timezone.localdate(adaptation.requested_at)
        label = f"Aménagement n° {rank}, demandé le {asked:%d/%m/%Y}"
        state, expected, since = ItemState.PRESENT, f"{label} : suite donnée", asked
        proof = adaptation.get_state_display()
        if adaptation.state == AdaptationState.REQUESTED:
            state, expected, proof = ItemState.MISSING, f"{label} : décision", ""
        elif adaptation.state == AdaptationState.DECIDED:
            if not begun:
                continue
            state, expected, proof = ItemState.MISSING, f"{label} : mise en place", "Décidé"
            since = timezone.localdate(audited.starts_at)
        yield Item(
            indicator=10,
            code="adaptation",
            state=state,
            expected=expected,
            proof=proof,
            since=since,
            session=audited.session.code,
            resolved_on="" if state == ItemState.PRESENT else "enrolments",
        )
    if not audited.adaptations and begun:
        yield Item(
            indicator=10,
            code="no_adaptation",
            state=ItemState.PRESENT,
            expected="Suite donnée à chaque demande d’aménagement",
            proof="Aucun aménagement demandé",
            since=timezone.localdate(audited.starts_at),
            session=audited.session.code,
        )


def _gap(
    audited: AuditedSession,
    indicator: int,
    code: str,
    expected: str,
    limit: dt.datetime,
    *,
    enrolment_id: int | None = None,
) -> Item:
    return Item(
        indicator=indicator,
        code=code,
        state=ItemState.MISSING,
        expected=expected,
        since=timezone.localdate(limit),
        session=audited.session.code,
        person=audited.person_codes[enrolment_id] if enrolment_id else "",
        enrolment_id=enrolment_id,
        resolved_on="enrolments",
    )


def _customer_code(audited: AuditedSession, agreement: Agreement) -> str:
    for enrolment in audited.enrolments:
        if agreement.learner_id is not None and enrolment.learner_id == agreement.learner_id:
            return audited.person_codes[enrolment.pk]
    return ""


def _why_not_sent(messages: list[Message]) -> str:
    return messages[-1].get_state_display() if messages else ""


def _has_response(invitation: Invitation) -> bool:
    return hasattr(invitation, "response")


CHECKS = (needs_and_positioning, agreements, convocations, adaptations)
