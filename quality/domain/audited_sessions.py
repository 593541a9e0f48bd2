"""What checks and packs read of sessions: all of it, in a fixed number of queries.

Nothing here judges. People are named by a code (A001, F01) that depends only on their session,
so that two packs give them the same one.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import F

from attendance.domain import chain
from attendance.models import AttendanceEvent, FollowedAbsence, RemoteActivityDone
from certificates.enums import DocumentState
from certificates.models import Document, DocumentFile
from core.days import day_after, day_start
from core.models import Message, Organisation
from evaluations.enums import AssessmentMoment, QuestionnaireKind
from evaluations.models import Invitation, ObjectiveAssessment
from training.domain.expected import expected_by_half_days
from training.enums import (
    TAKING_PART_STATES,
    AgreementKind,
    AttendanceState,
    EnrolmentState,
    SessionState,
)
from training.models import (
    Adaptation,
    Agreement,
    AttendanceMark,
    Enrolment,
    HalfDay,
    Trainer,
    TrainerAssignment,
    TrainingSession,
)
from training.models.sessions import TrainingSessionQuerySet

#: Messages that tell a learner when and where to come.
CONVOCATION_KINDS = ("convocation", "enrolment_confirmed")


@dataclass
class AuditedSession:
    """A session as it is audited: everything that the database holds about it."""

    session: TrainingSession
    organisation: Organisation
    half_days: list[HalfDay] = field(default_factory=list)
    assignments: dict[int, list[TrainerAssignment]] = field(
        default_factory=lambda: defaultdict(list)
    )
    #: Named people who took part, by primary key.
    enrolments: list[Enrolment] = field(default_factory=list)
    #: Half-day → enrolments expected.
    expected: dict[int, list[int]] = field(default_factory=dict)
    marks: dict[tuple[int, int], AttendanceMark] = field(default_factory=dict)
    #: (half-day, enrolment) of the absences whose follow-up is closed.
    absences_settled: set[tuple[int, int]] = field(default_factory=set)
    assessments: dict[int, dict[str, ObjectiveAssessment]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    invitations: list[Invitation] = field(default_factory=list)
    convocations: dict[int, list[Message]] = field(default_factory=lambda: defaultdict(list))
    adaptations: list[Adaptation] = field(default_factory=list)
    #: What was done of the remote activities, by people who took part.
    remote_work: list[RemoteActivityDone] = field(default_factory=list)
    #: Documents in force, and those whose making failed.
    documents: list[Document] = field(default_factory=list)
    #: Document → its stored files, in the order in which they were stored.
    files: dict[int, list[DocumentFile]] = field(default_factory=lambda: defaultdict(list))
    #: Number of attendance events, and the sentence on what breaks their chain ("" when whole).
    events: int = 0
    chain_fault: str = ""

    @property
    def starts_at(self) -> dt.datetime | None:
        """Beginning of the first half-day that takes place."""
        return self.half_days[0].starts_at if self.half_days else None

    @property
    def ends_at(self) -> dt.datetime | None:
        """End of the last half-day that takes place."""
        return max(item.ends_at for item in self.half_days) if self.half_days else None

    @cached_property
    def trainers(self) -> dict[int, Trainer]:
        """Those who train at one half-day at least, by primary key."""
        found = {
            assignment.trainer_id: assignment.trainer
            for half_day in self.half_days
            for assignment in self.assignments[half_day.pk]
        }
        return dict(sorted(found.items()))

    @cached_property
    def agreements(self) -> list[Agreement]:
        """What was sold to the people who took part, by reference."""
        found = {enrolment.agreement_id: enrolment.agreement for enrolment in self.enrolments}
        return sorted(found.values(), key=lambda agreement: agreement.reference)

    @property
    def is_subcontracted_to_us(self) -> bool:
        """Whether every learner comes through another organisation, whose offer it is."""
        agreements = self.agreements
        return bool(agreements) and all(
            agreement.kind == AgreementKind.SUBCONTRACT for agreement in agreements
        )

    def has_attended(self, enrolment_id: int) -> bool:
        """Whether one presence at least is recorded."""
        return any(
            (half_day.pk, enrolment_id) in self.marks
            and self.marks[half_day.pk, enrolment_id].state == AttendanceState.PRESENT
            for half_day in self.half_days
        )

    @property
    def attended(self) -> list[Enrolment]:
        """Those who came once at least and did not leave."""
        return [
            enrolment
            for enrolment in self.enrolments
            if enrolment.state in {EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED}
            and self.has_attended(enrolment.pk)
        ]

    @cached_property
    def person_codes(self) -> dict[int, str]:
        """Enrolment → A001, A002… in the order in which people were enrolled."""
        return {
            enrolment.pk: f"A{rank:03d}" for rank, enrolment in enumerate(self.enrolments, start=1)
        }

    @cached_property
    def trainer_codes(self) -> dict[int, str]:
        """Trainer → F01, F02…"""
        return {pk: f"F{rank:02d}" for rank, pk in enumerate(self.trainers, start=1)}


def in_period(*, start: dt.date, end: dt.date) -> TrainingSessionQuerySet:
    """Sessions held at least partly between two days (both included), cancelled ones left out."""
    held = (
        HalfDay.objects.counting()
        .filter(starts_at__gte=day_start(start), starts_at__lt=day_after(end))
        .order_by()
        .values("session")
    )
    return TrainingSession.objects.filter(
        pk__in=held,
        state__in=[
            SessionState.OPEN,
            SessionState.CONFIRMED,
            SessionState.COMPLETED,
            SessionState.ARCHIVED,
        ],
    )


def load(session_ids: Sequence[int]) -> list[AuditedSession]:
    """The sessions with all that is held about them, by code; in a fixed number of queries."""
    organisation = Organisation.load()
    sessions = TrainingSession.objects.filter(pk__in=session_ids).select_related(
        "programme_version__programme", "venue"
    )
    by_id = {
        session.pk: AuditedSession(session=session, organisation=organisation)
        for session in sessions.order_by("code")
    }
    ids = list(by_id)
    _load_half_days(by_id, ids)
    _load_people(by_id, ids)
    _load_evaluations(by_id, ids)
    _load_remote_work(by_id, ids)
    _load_papers(by_id, ids)
    _check_chains(by_id, ids)
    return list(by_id.values())


def _load_half_days(by_id: dict[int, AuditedSession], ids: Sequence[int]) -> None:
    half_days = list(
        HalfDay.objects.counting()
        .filter(session__in=ids)
        .select_related("venue")
        .order_by("starts_at", "pk")
    )
    for half_day in half_days:
        half_day.session = by_id[half_day.session_id].session
        by_id[half_day.session_id].half_days.append(half_day)
    for assignment in (
        TrainerAssignment.objects.filter(half_day__session__in=ids)
        .select_related("trainer", "half_day")
        .order_by("pk")
    ):
        audited = by_id[assignment.half_day.session_id]
        audited.assignments[assignment.half_day_id].append(assignment)
    expected = expected_by_half_days(half_days=half_days)
    for half_day in half_days:
        by_id[half_day.session_id].expected[half_day.pk] = expected[half_day.pk]


def _load_people(by_id: dict[int, AuditedSession], ids: Sequence[int]) -> None:
    for enrolment in (
        Enrolment.objects.filter(
            session__in=ids, state__in=TAKING_PART_STATES, learner__isnull=False
        )
        .select_related("learner", "agreement")
        .order_by("pk")
    ):
        by_id[enrolment.session_id].enrolments.append(enrolment)
    for mark in AttendanceMark.objects.filter(half_day__session__in=ids).select_related("half_day"):
        audited = by_id[mark.half_day.session_id]
        audited.marks[mark.half_day_id, mark.enrolment_id] = mark
    settled = FollowedAbsence.objects.filter(
        half_day__session__in=ids, follow_up__closed_at__isnull=False
    ).order_by("pk")
    for session_id, half_day_id, enrolment_id in settled.values_list(
        "half_day__session_id", "half_day_id", "enrolment_id"
    ):
        by_id[session_id].absences_settled.add((half_day_id, enrolment_id))
    for adaptation in (
        Adaptation.objects.filter(
            enrolment__session__in=ids, enrolment__state__in=TAKING_PART_STATES
        )
        .select_related("enrolment")
        .order_by("requested_at", "pk")
    ):
        by_id[adaptation.enrolment.session_id].adaptations.append(adaptation)


def _load_evaluations(by_id: dict[int, AuditedSession], ids: Sequence[int]) -> None:
    for assessment in ObjectiveAssessment.objects.filter(
        enrolment__session__in=ids, moment=AssessmentMoment.END
    ).select_related("enrolment"):
        audited = by_id[assessment.enrolment.session_id]
        audited.assessments[assessment.enrolment_id][assessment.objective_id] = assessment
    for invitation in (
        Invitation.objects.filter(enrolment__session__in=ids)
        .select_related("questionnaire", "enrolment", "response")
        .order_by("pk")
    ):
        by_id[invitation.enrolment.session_id].invitations.append(invitation)


def _load_remote_work(by_id: dict[int, AuditedSession], ids: Sequence[int]) -> None:
    for row in (
        RemoteActivityDone.objects.filter(
            enrolment__session__in=ids, enrolment__state__in=TAKING_PART_STATES
        )
        .select_related("enrolment", "activity")
        .order_by("enrolment", "activity__position")
    ):
        by_id[row.enrolment.session_id].remote_work.append(row)


def _load_papers(by_id: dict[int, AuditedSession], ids: Sequence[int]) -> None:
    for message in (
        Message.objects.filter(enrolment__session__in=ids, kind__in=CONVOCATION_KINDS)
        .select_related("enrolment")
        .order_by("created_at", "pk")
    ):
        if (enrolment := message.enrolment) is not None:  # they are filtered by it
            by_id[enrolment.session_id].convocations[enrolment.pk].append(message)
    for document in Document.objects.filter(
        session__in=ids,
        state__in=[DocumentState.ISSUED, DocumentState.QUEUED, DocumentState.FAILED],
    ).order_by("kind", "pk"):
        if document.session_id is not None:  # they are filtered by it
            by_id[document.session_id].documents.append(document)
    for stored in (
        DocumentFile.objects.filter(document__session__in=ids, document__state=DocumentState.ISSUED)
        .annotate(session_id=F("document__session_id"))
        .order_by("pk")
    ):
        by_id[stored.session_id].files[stored.document_id].append(stored)


def _check_chains(by_id: dict[int, AuditedSession], ids: Sequence[int]) -> None:
    """Follow every chain, event by event; details and projection are left to `verify_chain`."""
    heads: dict[int, str] = {}
    events = AttendanceEvent.objects.filter(session__in=ids).order_by("session", "sequence")
    for event in events.iterator(chunk_size=500):
        audited = by_id[event.session_id]
        audited.events += 1
        whole = (
            event.sequence == audited.events
            and event.prev_hash == heads.get(event.session_id, "")
            and chain.is_whole(event)
        )
        if not whole and not audited.chain_fault:
            audited.chain_fault = f"rompue à l’événement n° {audited.events}"
        heads[event.session_id] = event.hash


def issued(audited: AuditedSession, kind: str) -> list[Document]:
    """The documents of a kind that are in force."""
    return [
        document
        for document in audited.documents
        if document.kind == kind and document.state == DocumentState.ISSUED
    ]


def satisfaction(audited: AuditedSession) -> list[Invitation]:
    """The satisfaction invitations of the session."""
    return _of_kind(audited.invitations, QuestionnaireKind.SATISFACTION)


def positioning(audited: AuditedSession) -> list[Invitation]:
    """The needs and positioning invitations of the session."""
    return _of_kind(audited.invitations, QuestionnaireKind.POSITIONING)


def _of_kind(invitations: Iterable[Invitation], kind: str) -> list[Invitation]:
    return [item for item in invitations if item.questionnaire.kind == kind]
