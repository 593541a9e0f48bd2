"""What a register changes in the record of a person, and what a known person keeps."""

import datetime as dt
from dataclasses import dataclass, field

from exchange.domain.registers.headings import LABELS
from exchange.domain.registers.resource import RegisterLine
from training.models import Learner

#: Fields of a person that a register fills, and replaces when it says something else.
PERSON_FIELDS = (
    "title", "birth_name", "birth_date", "email", "phone", "address", "postcode", "city",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A value of a known record that the register replaces."""

    label: str
    old: str
    new: str


@dataclass(eq=False)
class PersonPlan:
    """A person of the file: a known record, or one to make."""

    learner: Learner
    is_new: bool
    line: int
    changes: list[Change] = field(default_factory=list)
    changed_fields: set[str] = field(default_factory=set)
    #: Of a known person, what the fields replaced were, and are: kept to undo the import.
    replaced: dict[str, tuple[str, str]] = field(default_factory=dict)

    def absorb(self, line: RegisterLine) -> None:
        """Take what the line says; what it leaves empty erases nothing.

        Of two lines about the same new person, the first is kept where they differ.
        """
        for name in PERSON_FIELDS:
            new, old = getattr(line, name), getattr(self.learner, name)
            if not new or new == old or name in self.changed_fields:
                continue
            if self.is_new and old:
                continue
            if name == "email" and str(old).lower() == new:
                continue
            if name == "birth_date" and old:
                # Who a person is does not change by a register; the entry's note says it differs.
                continue
            setattr(self.learner, name, new)
            if not self.is_new:
                self.changed_fields.add(name)
                self.replaced[name] = (stored(old), stored(new))
                self.changes.append(Change(LABELS[name], _shown(old), _shown(new)))


def stored(value: object) -> str:
    """A value as the trace of an import keeps it."""
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")


def _shown(value: object) -> str:
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return str(value or "")
