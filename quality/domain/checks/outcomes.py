"""At the end: objectives assessed and certificates issued (11), opinions gathered (30)."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from certificates import kinds
from core.french import plural
from quality.domain import audited_sessions as reading
from quality.domain.audited_sessions import AuditedSession
from quality.domain.items import Item
from quality.domain.referential import Referential
from quality.enums import ItemState
from training.enums import AgreementKind


def assessments(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Indicator 11: a result on each objective for each person who followed to the end."""
    ends_at = audited.ends_at
    people = audited.attended
    if ends_at is None or ends_at > at or not people:
        return
    objectives = [item["id"] for item in audited.session.programme_version.objectives]
    complete = 0
    for enrolment in people:
        missing = [
            objective
            for objective in objectives
            if objective not in audited.assessments[enrolment.pk]
        ]
        if not missing:
            complete += 1
            continue
        yield Item(
            indicator=11,
            code="assessment",
            state=ItemState.MISSING,
            expected=f"Résultat sur chaque objectif ({len(missing)} sur {len(objectives)} à noter)",
            since=timezone.localdate(ends_at),
            session=audited.session.code,
            person=audited.person_codes[enrolment.pk],
            enrolment_id=enrolment.pk,
            resolved_on="assessments",
        )
    if complete:
        dates = [
            item.assessed_at
            for by_objective in audited.assessments.values()
            for item in by_objective.values()
        ]
        yield Item(
            indicator=11,
            code="assessments",
            state=ItemState.PRESENT,
            expected="Résultat sur chaque objectif",
            proof=f"{plural(complete, 'personne')} sur {len(people)}",
            since=timezone.localdate(max(dates)),
            session=audited.session.code,
        )


def certificates(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Indicator 11: the certificate of each person who attended, once the session is completed.

    People who come through another organisation get theirs from it.
    """
    if audited.session.completed_at is None:
        return
    ours = [
        enrolment
        for enrolment in audited.enrolments
        if audited.has_attended(enrolment.pk)
        and enrolment.agreement.kind != AgreementKind.SUBCONTRACT
    ]
    issued = {
        document.enrolment_id: document for document in reading.issued(audited, kinds.CERTIFICATE)
    }
    for enrolment in ours:
        if enrolment.pk in issued:
            continue
        yield Item(
            indicator=11,
            code="certificate",
            state=ItemState.MISSING,
            expected="Certificat de réalisation émis",
            since=timezone.localdate(audited.session.completed_at),
            session=audited.session.code,
            person=audited.person_codes[enrolment.pk],
            enrolment_id=enrolment.pk,
            resolved_on="documents",
        )
    held = [issued[enrolment.pk] for enrolment in ours if enrolment.pk in issued]
    if held:
        yield Item(
            indicator=11,
            code="certificates",
            state=ItemState.PRESENT,
            expected="Certificats de réalisation émis",
            proof=f"{plural(len(held), 'personne')} sur {len(ours)}",
            since=max(document.issued_on for document in held),
            session=audited.session.code,
        )


def opinions(audited: AuditedSession, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """Indicator 30: everybody who attended is asked; what they answer is counted, never forced."""
    ends_at = audited.ends_at
    people = audited.attended
    if ends_at is None or ends_at > at or not people:
        return
    invitations = {item.enrolment_id: item for item in reading.satisfaction(audited)}
    for enrolment in people:
        if enrolment.pk not in invitations:
            yield Item(
                indicator=30,
                code="questionnaire",
                state=ItemState.MISSING,
                expected="Questionnaire de satisfaction envoyé",
                since=timezone.localdate(ends_at),
                session=audited.session.code,
                person=audited.person_codes[enrolment.pk],
                enrolment_id=enrolment.pk,
                resolved_on="questionnaires",
            )
    if not invitations:
        return
    answers = [item.response for item in invitations.values() if hasattr(item, "response")]
    closed = all(item.expires_at <= at for item in invitations.values())
    sent_on = timezone.localdate(max(item.created_at for item in invitations.values()))
    yield Item(
        indicator=30,
        code="opinions",
        state=ItemState.PRESENT if answers or not closed else ItemState.TO_REVIEW,
        expected="Avis des personnes formées",
        proof=f"{plural(len(answers), 'réponse')} sur {plural(len(invitations), 'questionnaire')}",
        since=(
            timezone.localdate(max(answer.submitted_at for answer in answers))
            if answers
            else sent_on
        ),
        session=audited.session.code,
        resolved_on="" if answers or not closed else "questionnaires",
    )


CHECKS = (assessments, certificates, opinions)
