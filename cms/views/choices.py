"""Choices that visitors make in a URL, as plain GET parameters."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.http import QueryDict


@dataclass(frozen=True)
class Chosen:
    """What the URL asks for. `ignored`: it asked for something that does not exist."""

    values: dict[str, str] = field(default_factory=dict)
    ignored: bool = False

    def get(self, name: str) -> str:
        """What was chosen for a parameter; empty for nothing."""
        return self.values.get(name, "")

    @property
    def is_active(self) -> bool:
        """Whether the list is shorter for a reason of the visitor's."""
        return any(self.values.values())


def read_choices(query: QueryDict, **known: Collection[str]) -> Chosen:
    """The parameters of the URL, by name; if one makes no sense none is kept (`ignored`).

    `known` gives the values that each parameter may take.
    """
    asked = {name: query.get(name, "") for name in known}
    if any(value and value not in known[name] for name, value in asked.items()):
        return Chosen(ignored=True)
    return Chosen(values=asked)
