"""Who and what of a register is already known: everything is loaded by sets, once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.db.models.functions import Lower, Upper

from core.text import lookup_key
from exchange.domain.registers.resource import RegisterLine
from training.domain.enrolments.seats import with_seats
from training.enums import EnrolmentState
from training.models import Company, Enrolment, Learner, TrainingSession
from training.models.sessions import TrainingSessionQuerySet

NameKey = tuple[str, str]


@dataclass(frozen=True)
class _Candidate:
    pk: int
    email: str
    birth_date: dt.date | None


def name_key(last_name: str, first_name: str) -> NameKey:
    """A person's name to compare by, without accents, case or punctuation."""
    return lookup_key(last_name), lookup_key(first_name)


def same_person(
    email: str, birth_date: dt.date | None, other_email: str, other_birth_date: dt.date | None
) -> bool:
    """Whether two people of the same name are one: same e-mail or same day of birth."""
    return bool(email and email == other_email) or bool(
        birth_date and birth_date == other_birth_date
    )


@dataclass
class Known:
    """What the database already holds of what a register names."""

    sessions: dict[str, TrainingSession] = field(default_factory=dict)
    learners: dict[int, Learner] = field(default_factory=dict)
    companies_by_siret: dict[str, Company] = field(default_factory=dict)
    companies_by_name: dict[str, list[Company]] = field(default_factory=dict)
    #: (session, learner) → state of the live enrolment.
    enrolled: dict[tuple[int, int], str] = field(default_factory=dict)
    #: (session, name) → the learner with a live enrolment there.
    enrolled_names: dict[tuple[int, NameKey], int] = field(default_factory=dict)
    _candidates: dict[NameKey, list[_Candidate]] = field(default_factory=dict)

    def learner(self, line: RegisterLine) -> Learner | None:
        """The person of a line: same name, and same e-mail or same day of birth.

        When several agree, the one who agrees most, then the oldest record.
        """
        found = [
            candidate
            for candidate in self._candidates.get(name_key(line.last_name, line.first_name), [])
            if same_person(line.email, line.birth_date, candidate.email, candidate.birth_date)
        ]
        if not found:
            return None
        best = min(
            found,
            key=lambda item: (
                -(item.email == line.email) - (item.birth_date == line.birth_date),
                item.pk,
            ),
        )
        return self.learners.get(best.pk)

    def learner_by_name_alone(self, line: RegisterLine, session: TrainingSession) -> Learner | None:
        """For a line with neither e-mail nor day of birth: its namesake in the same session.

        Without this, the same file imported again would enrol such a person twice.
        """
        if line.email or line.birth_date:
            return None
        key = (session.pk, name_key(line.last_name, line.first_name))
        return self.learners.get(self.enrolled_names.get(key, 0))


def load(lines: Iterable[RegisterLine], *, session: TrainingSession | None) -> Known:
    """Read what the lines may refer to; the number of queries does not depend on the lines."""
    lines = list(lines)
    known = Known()
    _load_sessions(known, lines, session)
    _load_enrolments(known)
    _load_learners(known, lines)
    _load_companies(known, lines)
    return known


def sessions_named(
    lines: Iterable[RegisterLine], *, session: TrainingSession | None
) -> TrainingSessionQuerySet:
    """The sessions that the lines name, whatever the case, and the one chosen for the others."""
    codes = {line.session.upper() for line in lines if line.session}
    if session is not None:
        codes.add(session.code.upper())
    return (
        TrainingSession.objects.annotate(upper_code=Upper("code"))
        .filter(upper_code__in=codes)
        .order_by("pk")
    )


def _load_sessions(
    known: Known, lines: list[RegisterLine], session: TrainingSession | None
) -> None:
    found = with_seats(sessions_named(lines, session=session))
    found = found.select_related("programme_version")
    known.sessions = {item.code.upper(): item for item in found}


def _load_enrolments(known: Known) -> None:
    rows = (
        Enrolment.objects.live()
        .filter(
            session__in=[session.pk for session in known.sessions.values()],
            learner__isnull=False,
        )
        .order_by("pk")
        .values_list(
            "session_id", "learner_id", "state", "learner__last_name", "learner__first_name"
        )
    )
    for session_id, learner_id, state, last_name, first_name in rows:
        known.enrolled[session_id, learner_id] = EnrolmentState(state).label
        known.enrolled_names.setdefault((session_id, name_key(last_name, first_name)), learner_id)


def _load_learners(known: Known, lines: list[RegisterLine]) -> None:
    wanted = {name_key(line.last_name, line.first_name) for line in lines}
    emails = {line.email for line in lines if line.email}
    days = {line.birth_date for line in lines if line.birth_date}
    rows = (
        Learner.objects.annotate(lower_email=Lower("email"))
        .filter(Q(lower_email__in=emails) | Q(birth_date__in=days))
        .order_by("pk")
        .values_list("pk", "last_name", "first_name", "lower_email", "birth_date", "merged_into_id")
    )
    found: dict[NameKey, list[tuple[int, str, dt.date | None]]] = defaultdict(list)
    needed = set(known.enrolled_names.values())
    for pk, last_name, first_name, email, birth_date, merged_into in rows.iterator(2000):
        key = name_key(last_name, first_name)
        if key in wanted:
            # A person merged into another record is recognised by the old one and is the other.
            found[key].append((merged_into or pk, email, birth_date))
            needed.add(merged_into or pk)
    known.learners = Learner.objects.filter(merged_into=None).in_bulk(list(needed))
    known._candidates = {
        key: [_Candidate(*item) for item in items if item[0] in known.learners]
        for key, items in found.items()
    }


def _load_companies(known: Known, lines: list[RegisterLine]) -> None:
    sirets = {line.siret for line in lines if line.siret}
    names = {lookup_key(line.company) for line in lines if line.company}
    # Names are compared without accents, which SQLite cannot do: three short columns are
    # streamed, and only what the file names is kept.
    rows = Company.objects.order_by("pk").values_list("pk", "name", "siret", "merged_into_id")
    needed: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, name, siret, merged_into in rows.iterator(2000):
        folded = lookup_key(name)
        if siret in sirets or folded in names:
            needed[merged_into or pk].append((folded, siret))
    companies = Company.objects.filter(merged_into=None).in_bulk(list(needed))
    for pk in sorted(companies):
        for folded, siret in needed[pk]:
            if siret:
                known.companies_by_siret.setdefault(siret, companies[pk])
            same_name = known.companies_by_name.setdefault(folded, [])
            if companies[pk] not in same_name:
                same_name.append(companies[pk])
