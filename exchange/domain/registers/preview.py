"""What a screen shows of a plan: totals, sessions, lines. Plain data, kept with the batch.

What a person wishes as adaptation is only counted: its text never leaves its own restricted record.
"""

from collections.abc import Sequence
from typing import Any

from exchange.domain.registers.planning import Entry, Plan
from training.domain.enrolments import seats
from training.enums import FundingScheme, TraineeType
from training.models import TrainingSession


def totals(plan: Plan) -> dict[str, int]:
    """How many of each thing, for a plan without problems as for one that has some."""
    people, companies = plan.people(), plan.companies()
    return {
        "lines": len(plan.entries) + len({problem.line for problem in plan.problems}),
        "problems": len(plan.problems),
        "bad_lines": len({problem.line for problem in plan.problems}),
        "to_enrol": len(plan.to_write),
        "already": len(plan.entries) - len(plan.to_write),
        "new_people": sum(person.is_new for person in people),
        "known_people": sum(not person.is_new for person in people),
        "changed_people": sum(bool(person.changes) for person in people),
        "new_companies": sum(company.is_new for company in companies),
        "known_companies": sum(not company.is_new for company in companies),
        "adaptations": sum(bool(entry.line.adaptation) for entry in plan.to_write),
    }


def report(plan: Plan, *, ignored: Sequence[str] = (), notes: Sequence[str] = ()) -> dict[str, Any]:
    """Everything that the page of an import shows, ready for JSON."""
    shown: set[int] = set()
    return {
        "notes": list(notes),
        "ignored": list(ignored),
        "problems": [
            {"line": problem.line, "column": problem.column, "message": problem.message}
            for problem in plan.problems
        ],
        "sessions": [
            _session(session, entries)
            for session, entries in sorted(plan.sessions().items(), key=lambda item: item[0].code)
        ],
        "rows": [_row(entry, shown) for entry in plan.entries],
    }


def _session(session: TrainingSession, entries: list[Entry]) -> dict[str, Any]:
    fresh = sum(not entry.already for entry in entries)
    taken = seats.of(session).held
    return {
        "pk": session.pk,
        "code": session.code,
        "title": session.title,
        "to_enrol": fresh,
        "already": len(entries) - fresh,
        "seats": session.max_seats,
        "taken": taken,
        "after": taken + fresh,
        "over": max(0, taken + fresh - session.max_seats),
    }


def _row(entry: Entry, shown: set[int]) -> dict[str, Any]:
    line, person = entry.line, entry.person
    status = "already" if entry.already else "new" if person.is_new else "known"
    changes = [] if entry.already or id(person) in shown else person.changes
    shown.add(id(person))
    return {
        "line": line.line,
        "name": f"{person.learner.first_name} {person.learner.last_name}",
        "session": entry.session.code,
        "status": status,
        "already": entry.already,
        "email": line.email,
        "phone": line.phone,
        "place": f"{line.postcode} {line.city}".strip(),
        "company": entry.company.company.name if entry.company else "",
        "company_is_new": bool(entry.company and entry.company.is_new),
        "trainee_type": TraineeType(line.trainee_type).label if line.trainee_type else "",
        "funding": FundingScheme(line.funding).label if line.funding else "",
        "amount": None if line.amount is None else f"{line.amount:.2f}",
        "changes": [[change.label, change.old, change.new] for change in changes],
        "notes": entry.notes,
    }
