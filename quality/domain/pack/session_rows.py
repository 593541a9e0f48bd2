"""Rows of the tables of one session's folder: codes for people, never their names."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from attendance.domain import chain
from attendance.models import AttendanceEvent
from core.domain.canonical import canonical_json
from evaluations.domain.satisfaction import satisfaction_summary
from evaluations.models import Answer
from quality.domain.audited_sessions import AuditedSession, positioning, satisfaction
from quality.domain.pack.redaction import masked, name_words
from training.enums import AttendanceState
from training.models import Agreement

Row = list[Any]


def event_lines(audited: AuditedSession) -> Iterator[bytes]:
    """The attendance chain, one canonical event by line: enough to compute it again."""
    events = AttendanceEvent.objects.filter(session=audited.session).order_by("sequence")
    for event in events.iterator(chunk_size=500):
        yield canonical_json(chain.event_record(event)) + b"\n"


AGREEMENTS = ["reference", "forme", "etat", "client", "personne", "envoye", "signe", "places"]


def agreement_rows(audited: AuditedSession) -> list[Row]:
    """What was sold. Customers are not named: a company may bear the name of a person."""
    codes = {item.learner_id: audited.person_codes[item.pk] for item in audited.enrolments}
    return [
        [
            agreement.reference,
            agreement.get_kind_display(),
            agreement.get_state_display(),
            _customer_kind(agreement),
            codes.get(agreement.learner_id, ""),
            agreement.sent_at,
            agreement.signed_on,
            agreement.seats,
        ]
        for agreement in audited.agreements
    ]


def _customer_kind(agreement: Agreement) -> str:
    if agreement.company_id:
        return "entreprise"
    if agreement.learner_id:
        return "personne"
    return "financeur" if agreement.funder_id else "autre organisme"


POSITIONING = ["personne", "repondu", "recu"]


def positioning_rows(audited: AuditedSession) -> list[Row]:
    """Who answered when. The answers may speak of health: they are read on screen only."""
    codes = audited.person_codes
    rows: list[Row] = [
        [codes[item.enrolment_id], item.response.submitted_at, item.response.get_source_display()]
        for item in positioning(audited)
        if hasattr(item, "response") and item.enrolment_id in codes
    ]
    return sorted(rows, key=lambda row: str(row[0]))


ADAPTATIONS = ["rang", "etat", "demande", "decide", "applique"]


def adaptation_rows(audited: AuditedSession) -> list[Row]:
    """What became of each request, without the person nor the reason."""
    return [
        [rank, item.get_state_display(), item.requested_at, item.decided_at, item.applied_at]
        for rank, item in enumerate(audited.adaptations, start=1)
    ]


PRESENCES = ["personne", "inscription", "demi_journee", "debut", "etat", "minutes"]


def presence_rows(audited: AuditedSession) -> Iterator[Row]:
    """Who was there. `inscription` and `demi_journee` are the ids that the events carry."""
    for enrolment in audited.enrolments:
        for half_day in audited.half_days:
            expected = enrolment.pk in audited.expected[half_day.pk]
            mark = audited.marks.get((half_day.pk, enrolment.pk))
            if mark is None and not expected:
                continue
            yield [
                audited.person_codes[enrolment.pk],
                enrolment.pk,
                half_day.pk,
                half_day.starts_at,
                mark.get_state_display() if mark else "Non enregistrée",
                mark.minutes if mark and mark.state == AttendanceState.PRESENT else 0,
            ]


ASSESSMENTS = ["personne", "objectif", "texte", "resultat", "evalue", "par"]


def assessment_rows(audited: AuditedSession) -> list[Row]:
    """The result of each person on each objective of the programme as sold."""
    texts = {item["id"]: item["text"] for item in audited.session.programme_version.objectives}
    return [
        [
            audited.person_codes[enrolment.pk],
            objective_id,
            texts.get(objective_id, ""),
            assessment.get_result_display(),
            assessment.assessed_at,
            audited.trainer_codes.get(assessment.assessed_by_id or 0, ""),
        ]
        for enrolment in audited.enrolments
        for objective_id, assessment in sorted(audited.assessments[enrolment.pk].items())
    ]


SUMMARY = ["mesure", "valeur"]


def satisfaction_rows(audited: AuditedSession) -> list[Row]:
    """The rates, each with how it is computed."""
    summary = satisfaction_summary(session=audited.session)
    return [
        ["questionnaires envoyés", summary.sent],
        ["réponses", summary.answered],
        ["taux de retour (%)", summary.return_rate],
        ["satisfaction (%)", summary.satisfaction_rate],
        ["calcul", summary.formula],
    ]


ANSWERS = ["reponse", "jour", "question", "note", "texte"]


def answer_rows(audited: AuditedSession) -> list[Row]:
    """Answers under a number that says nothing of the person: not their code, nor their rank."""
    learners = name_words(item.learner for item in audited.enrolments if item.learner)
    invitations = {item.pk: item for item in satisfaction(audited)}
    answers = list(
        Answer.objects.filter(response__invitation__in=list(invitations))
        .select_related("question", "response")
        .order_by("question__position", "pk")
    )
    responses = {answer.response_id: answer.response for answer in answers}
    shuffled = sorted(
        responses.values(),
        key=lambda item: hashlib.sha256(
            invitations[item.invitation_id].token_hash.encode()
        ).hexdigest(),
    )
    ranks = {item.pk: f"R{rank:02d}" for rank, item in enumerate(shuffled, start=1)}
    rows: list[Row] = [
        [
            ranks[answer.response_id],
            timezone.localdate(answer.response.submitted_at),
            answer.question.text,
            answer.number,
            masked(answer.text, learners),
        ]
        for answer in answers
    ]
    return sorted(rows, key=lambda row: str(row[0]))
