"""Checking and importing registers in the tests, in one call."""

from exchange.domain.registers import lifecycle
from exchange.models import ImportBatch
from tests.exchange.registers import register
from training.models import (
    Adaptation,
    Agreement,
    Company,
    Enrolment,
    Funder,
    FundingLine,
    Learner,
    TrainingSession,
)

DOMAIN = (Learner, Company, Agreement, Enrolment, FundingLine, Adaptation, Funder)


def check(
    content: bytes, name: str = "registre.xlsx", session: TrainingSession | None = None
) -> ImportBatch:
    """The batch of a register, checked."""
    return lifecycle.receive(content=content, name=name, session=session, actor=None)


def import_all(
    content: bytes, name: str = "registre.xlsx", session: TrainingSession | None = None
) -> ImportBatch:
    """The batch of a register, written."""
    return lifecycle.confirm(batch=check(content, name, session), actor=None)


def counts() -> list[int]:
    """How many rows there are of what an import writes."""
    return [model.objects.count() for model in DOMAIN]


def problems(*people: dict[str, object]) -> list[tuple[int, str, str]]:
    """What is wrong in a register: line, column, sentence."""
    found = check(register(*people)).report["problems"]
    return [(item["line"], item["column"], item["message"]) for item in found]
