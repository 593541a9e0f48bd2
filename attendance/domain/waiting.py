"""What attendance leaves for staff to decide: one list and one count for every screen.

The home page of staff, the tab of a session, its number and what keeps a session from being
completed all ask here, so that they agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from attendance.domain.offline.settling import items_to_settle
from attendance.enums import ClaimState, DisputeState, WalkInState
from attendance.models import AttendanceDispute, AttendanceFlag, SignatureClaim, WalkIn
from core.french import plural
from core.registry import Blocker, blockers
from training.enums import SESSION_TRANSITIONS, AttendanceState, SessionState
from training.models import AttendanceMark, TrainingSession


def returned_to_settle() -> QuerySet[Any]:
    """What came back from a device without agreeing with what is recorded, and still matters."""
    return items_to_settle()


def claims_to_decide() -> QuerySet[SignatureClaim]:
    """Signatures that wait although the half-day is over or closed: staff may decide.

    Until then they are those of the trainer. A person recorded present since needs no decision.
    """
    present = AttendanceMark.objects.filter(
        half_day=OuterRef("half_day"),
        enrolment=OuterRef("enrolment"),
        state=AttendanceState.PRESENT,
    )
    over = Q(half_day__ends_at__lt=timezone.now()) | Q(half_day__first_locked_at__isnull=False)
    return SignatureClaim.objects.filter(over, ~Exists(present), state=ClaimState.PENDING)


def walk_ins_to_match() -> QuerySet[WalkIn]:
    """People noted on the spot, to be matched with an enrolment."""
    return WalkIn.objects.filter(state=WalkInState.TO_MATCH)


def open_disputes() -> QuerySet[AttendanceDispute]:
    """Learners who said that it is not exact."""
    return AttendanceDispute.objects.filter(state=DisputeState.OPEN)


def open_flags() -> QuerySet[AttendanceFlag]:
    """Points that nobody has looked at yet."""
    return AttendanceFlag.objects.filter(closed_at__isnull=True)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of decision: what waits, the way to its session, and words for a count of it."""

    code: str
    rows: Any
    session: str
    one: str
    many: str

    def of(self, session: TrainingSession) -> QuerySet[Any]:
        """What waits in one session."""
        return self.rows().filter(**{self.session: session.pk})

    def words(self, count: int) -> str:
        """« 2 signatures à confirmer »."""
        return plural(count, self.one, self.many)


KINDS = (
    Kind(
        code="returned_to_settle",
        rows=returned_to_settle,
        session="ticket__half_day__session",
        one="envoi d’un appareil à trancher",
        many="envois d’un appareil à trancher",
    ),
    Kind(
        code="claims_to_decide",
        rows=claims_to_decide,
        session="half_day__session",
        one="signature à confirmer",
        many="signatures à confirmer",
    ),
    Kind(
        code="walk_ins_to_match",
        rows=walk_ins_to_match,
        session="half_day__session",
        one="personne présente non inscrite",
        many="personnes présentes non inscrites",
    ),
    Kind(
        code="open_disputes",
        rows=open_disputes,
        session="enrolment__session",
        one="émargement contesté",
        many="émargements contestés",
    ),
    Kind(
        code="open_flags",
        rows=open_flags,
        session="half_day__session",
        one="point à regarder",
        many="points à regarder",
    ),
)


def waiting_counts(session: TrainingSession) -> dict[str, int]:
    """How many decisions of each kind wait in a session, in one query."""
    counted = TrainingSession.objects.filter(pk=session.pk).annotate(
        **{kind.code: _count(kind) for kind in KINDS}
    )
    return dict(counted.order_by().values(*(kind.code for kind in KINDS)).get())


def waiting_total(session: TrainingSession) -> int:
    """How many decisions wait in a session."""
    return sum(waiting_counts(session).values())


def waiting_sentences(session: TrainingSession) -> list[str]:
    """« 2 signatures à confirmer », one for each kind that waits."""
    counts = waiting_counts(session)
    return [kind.words(counts[kind.code]) for kind in KINDS if counts[kind.code]]


@blockers(SESSION_TRANSITIONS, SessionState.COMPLETED)
def decisions_wait(session: TrainingSession) -> Iterator[Blocker]:
    """A session is completed once nothing of its attendance waits, or with a written reason."""
    if sentences := waiting_sentences(session):
        yield Blocker(
            code="attendance_waiting",
            sentence=f"Émargement, reste à décider : {', '.join(sentences)}.",
            resolved_at=("session-attendance", session.pk),
            link="Voir l’émargement",
            overridable=True,
        )


def _count(kind: Kind) -> Coalesce:
    rows = kind.rows().filter(**{kind.session: OuterRef("pk")}).order_by()
    by_session = rows.annotate(of_session=F(kind.session)).values("of_session")
    counted = by_session.annotate(total=Count("pk", distinct=True)).values("total")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
