"""What a register would write: who is new, who is known, which company, in which session.

Reads the database, writes nothing. Preview and commit use the same plan.
"""

from dataclasses import dataclass, field

from core.text import lookup_key
from exchange.domain.registers import matching, values
from exchange.domain.registers.headings import LABELS
from exchange.domain.registers.known_people import PersonPlan
from exchange.domain.registers.matching import Known, name_key
from exchange.domain.registers.resource import Parsed, Problem, RegisterLine
from training.enums import FundingScheme
from training.models import Company, Learner, TrainingSession

#: An employer must be named when the register has it pay.
PAID_BY_EMPLOYER = {FundingScheme.COMPANY, FundingScheme.PUBLIC_AGENTS}


@dataclass(eq=False)
class CompanyPlan:
    """A company of the file: a known record, or one to make."""

    company: Company
    is_new: bool
    gets_siret: bool = False


@dataclass(eq=False)
class Entry:
    """One line of the file, understood."""

    line: RegisterLine
    session: TrainingSession
    person: PersonPlan
    company: CompanyPlan | None
    #: State of the live enrolment that the person already has there; then nothing is written.
    already: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """All of it, and what stands in the way."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def to_write(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.already]

    def people(self) -> list[PersonPlan]:
        """The people that something is written about, each once."""
        return list(dict.fromkeys(entry.person for entry in self.to_write))

    def companies(self) -> list[CompanyPlan]:
        """The companies of what is written, each once."""
        return list(dict.fromkeys(entry.company for entry in self.to_write if entry.company))

    def sessions(self) -> dict[TrainingSession, list[Entry]]:
        """The entries of each session, in the order of the file."""
        grouped: dict[TrainingSession, list[Entry]] = {}
        for entry in self.entries:
            grouped.setdefault(entry.session, []).append(entry)
        return grouped


def make(parsed: Parsed, *, session: TrainingSession | None) -> Plan:
    """Understand the lines against what is known. `session`: for lines that name none.

    Of a line with a bad cell, only the session is looked at, so that one reading of the file
    names everything that can be named.
    """
    known = matching.load([*parsed.lines, *parsed.incomplete], session=session)
    planner = _Planner(known, session)
    plan = planner.plan(parsed.lines)
    planner.check_sessions(parsed)
    plan.problems = sorted([*parsed.problems, *plan.problems], key=lambda problem: problem.line)
    return plan


class _Planner:
    def __init__(self, known: Known, default_session: TrainingSession | None) -> None:
        self.known = known
        self.default_session = default_session
        self.result = Plan()
        self.known_people: dict[int, PersonPlan] = {}
        self.new_people: dict[tuple[str, str], list[PersonPlan]] = {}
        self.companies: dict[int, CompanyPlan] = {}
        self.new_by_siret: dict[str, CompanyPlan] = {}
        self.new_by_name: dict[str, CompanyPlan] = {}
        self.seen: dict[tuple[int, tuple[str, str]], list[Entry]] = {}

    def plan(self, lines: list[RegisterLine]) -> Plan:
        # Lines with a SIRET go first, so that a line that only names a company finds it.
        companies = {
            line.line: self._company(line)
            for line in sorted(lines, key=lambda item: not item.siret)
        }
        for line in lines:
            session = self._session(line)
            if session is None:
                continue
            if line.funding in PAID_BY_EMPLOYER and not (line.company or line.siret):
                self._refuse(
                    line, "company", "l’employeur paie, mais l’entreprise n’est pas nommée"
                )
                continue
            entry = Entry(line, session, self._person(line, session), companies[line.line])
            if self._is_twice(entry):
                continue
            learner = entry.person.learner
            if not entry.person.is_new:
                entry.already = self.known.enrolled.get((session.pk, learner.pk), "")
            self._note(entry)
            if not entry.already:
                entry.person.absorb(line)
            self.result.entries.append(entry)
        return self.result

    def check_sessions(self, parsed: Parsed) -> None:
        """Refuse the unknown sessions of lines that have another fault."""
        named = {(problem.line, problem.column) for problem in parsed.problems}
        for line in parsed.incomplete:
            if (line.line, LABELS["session"]) not in named:
                self._session(line)

    def _refuse(self, line: RegisterLine, column: str, message: str) -> None:
        self.result.problems.append(Problem(line.line, LABELS[column], message))

    def _session(self, line: RegisterLine) -> TrainingSession | None:
        code = line.session or (self.default_session.code if self.default_session else "")
        if not code:
            self._refuse(line, "session", "la cellule est vide")
            return None
        session = self.known.sessions.get(code.upper())
        if session is None:
            self._refuse(line, "session", f"{values.quote(code)} n’est le code d’aucune session")
        elif session.is_over:
            self._refuse(
                line,
                "session",
                f"la session {session.code} est à l’état « {session.get_state_display()} » : "
                "elle ne reçoit plus d’inscription",
            )
            return None
        return session

    def _person(self, line: RegisterLine, session: TrainingSession) -> PersonPlan:
        learner = self.known.learner(line) or self.known.learner_by_name_alone(line, session)
        if learner is not None:
            return self.known_people.setdefault(
                learner.pk, PersonPlan(learner, is_new=False, line=line.line)
            )
        namesakes = self.new_people.setdefault(name_key(line.last_name, line.first_name), [])
        for person in namesakes:
            if matching.same_person(
                line.email, line.birth_date, person.learner.email, person.learner.birth_date
            ):
                return person
        learner = Learner(last_name=line.last_name, first_name=line.first_name)
        person = PersonPlan(learner, is_new=True, line=line.line)
        namesakes.append(person)
        return person

    def _is_twice(self, entry: Entry) -> bool:
        """Refuse the same person twice in a session, or a namesake that nothing tells apart."""
        line = entry.line
        key = (entry.session.pk, name_key(line.last_name, line.first_name))
        namesakes = self.seen.setdefault(key, [])
        for other in namesakes:
            lines = f"lignes {other.line.line} et {line.line}"
            if other.person is entry.person:
                self._refuse(
                    line,
                    "last_name",
                    f"la même personne figure deux fois pour la session {entry.session.code} "
                    f"({lines})",
                )
                return True
            if not (line.email or line.birth_date) or not (
                other.line.email or other.line.birth_date
            ):
                self._refuse(
                    line,
                    "last_name",
                    f"deux personnes du même nom pour la session {entry.session.code} ({lines}) : "
                    "donnez à chacune un courriel ou une date de naissance",
                )
                return True
        namesakes.append(entry)
        return False

    def _company(self, line: RegisterLine) -> CompanyPlan | None:
        name = lookup_key(line.company)
        if not line.company and not line.siret:
            return None
        if line.siret:
            if found := self.known.companies_by_siret.get(line.siret):
                return self._known_company(found)
            if made := self.new_by_siret.get(line.siret):
                return made
            if not name:
                self._refuse(
                    line, "company", "le SIRET n’est pas connu : écrivez le nom de l’entreprise"
                )
                return None
            for company in self.known.companies_by_name.get(name, []):
                if not company.siret:
                    plan = self._known_company(company)
                    company.siret = line.siret
                    plan.gets_siret = True
                    self.known.companies_by_siret[line.siret] = company
                    return plan
        else:
            if namesakes := self.known.companies_by_name.get(name):
                return self._known_company(namesakes[0])
            if made := self.new_by_name.get(name):
                return made
        made = CompanyPlan(Company(name=line.company, siret=line.siret), is_new=True)
        if line.siret:
            self.new_by_siret[line.siret] = made
        self.new_by_name.setdefault(name, made)
        return made

    def _known_company(self, company: Company) -> CompanyPlan:
        return self.companies.setdefault(company.pk, CompanyPlan(company, is_new=False))

    def _note(self, entry: Entry) -> None:
        """What the office should look at, though nothing stands in the way."""
        line, learner = entry.line, entry.person.learner
        if entry.already:
            return
        if not line.funding:
            entry.notes.append("financement non indiqué")
        elif line.funding == FundingScheme.SKILLS_PLAN and entry.company is None:
            entry.notes.append("OPCO sans entreprise")
        if not line.trainee_type:
            entry.notes.append("statut non indiqué")
        if entry.person.is_new:
            if not line.email and not line.birth_date:
                entry.notes.append("ni courriel ni date de naissance : personne non reconnaissable")
        elif line.birth_date and learner.birth_date and line.birth_date != learner.birth_date:
            entry.notes.append(
                "autre date de naissance que sur la fiche, gardée : est-ce la même personne ?"
            )
