"""One expected piece of evidence, and whether the data hold it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from quality.domain.audited_sessions import AuditedSession
from quality.domain.referential import Indicator, Referential
from quality.enums import IndicatorState, ItemState

#: What the code of an action category means for the conditions of indicators.
CONDITION_SENTENCES = {
    "certifying": "La formation ne prépare pas à une certification professionnelle.",
    "work_study": "La formation ne se fait pas en alternance.",
    "apprenticeship": "La formation ne se fait pas par apprentissage.",
    "subcontracting_given": "Aucune intervention n’est confiée à un sous-traitant.",
    "work_periods": "La formation ne comporte pas de période en situation de travail.",
    "own_offer": "La session est faite pour un autre organisme, dont c’est l’offre.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One piece of evidence expected by one indicator.

    `expected` is a French noun phrase; `proof` says what was found, when there is something;
    `since` is the day of the evidence, or the day from which it was due; `session` is empty for
    what concerns the organisation as a whole; `person` is a code, empty for the session as a
    whole; `resolved_on` names the kind of screen where staff resolve it.
    """

    indicator: int
    code: str
    state: str
    expected: str
    proof: str = ""
    since: dt.date | None = None
    session: str = ""
    person: str = ""
    enrolment_id: int | None = None
    resolved_on: str = ""


def rank(item: Item) -> tuple[int, str, str, str, str]:
    """The order in which items are listed."""
    return item.indicator, item.code, item.person, item.expected, item.proof


@dataclass(frozen=True, kw_only=True)
class IndicatorView:
    """One indicator with its items, and the state that they add up to."""

    indicator: Indicator
    state: str
    items: list[Item]
    reason: str = ""

    @property
    def state_label(self) -> str:
        """French name of the state."""
        return str(IndicatorState(self.state).label)

    @property
    def gaps(self) -> list[Item]:
        """What is missing or to be read again."""
        return [item for item in self.items if item.state != ItemState.PRESENT]

    @property
    def counts(self) -> Counter[str]:
        """Number of items by state."""
        return Counter(item.state for item in self.items)


def applies(indicator: Indicator, audited: AuditedSession) -> bool:
    """Whether the indicator concerns the session (an *action de formation*)."""
    programme = audited.session.programme_version.programme
    match indicator.condition:
        case "always":
            return True
        case "certifying":
            return bool(programme.certification_code)
        case "own_offer":
            return not audited.is_subcontracted_to_us
        case "subcontracting_given":
            return bool(audited.session.subcontracted_to) or any(
                assignment.status in {"independent", "subcontractor"}
                for assignments in audited.assignments.values()
                for assignment in assignments
            )
        case _:
            return False


def concerned_by(referential: Referential, audited: AuditedSession) -> set[int]:
    """Numbers of the indicators that apply to the session."""
    return {item.number for item in referential.indicators if applies(item, audited)}


def by_indicator(
    referential: Referential, items: Iterable[Item], concerned: Set[int]
) -> list[IndicatorView]:
    """The items under each indicator of the referential; what it does not have is left out.

    `concerned`: the indicators that apply to one of the sessions at least.
    """
    grouped: dict[int, list[Item]] = {number: [] for number in referential.numbers}
    for item in items:
        if item.indicator in grouped:
            grouped[item.indicator].append(item)
    views = []
    for indicator in referential.indicators:
        of_indicator = grouped[indicator.number]
        applicable = indicator.number in concerned
        views.append(
            IndicatorView(
                indicator=indicator,
                state=_state(of_indicator, concerned=applicable),
                items=of_indicator if applicable else [],
                reason="" if applicable else CONDITION_SENTENCES.get(indicator.condition, ""),
            )
        )
    return views


def _state(items: Sequence[Item], *, concerned: bool) -> str:
    if not concerned:
        return IndicatorState.NOT_APPLICABLE
    states = {item.state for item in items}
    if ItemState.MISSING in states:
        return IndicatorState.TO_COMPLETE
    if ItemState.TO_REVIEW in states:
        return IndicatorState.TO_REVIEW
    return IndicatorState.GATHERED if items else IndicatorState.NOT_YET
