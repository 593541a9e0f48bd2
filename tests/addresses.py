"""Every address of the project, walked through the resolver."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize
from django.views.generic import RedirectView

UUID, DAY = "00000000-0000-0000-0000-000000000001", "2027-01-04"
ROOMS = ("accounts", "training", "cms", "certificates", "quality", "portal", "config")


@dataclass(frozen=True)
class Address:
    """One pattern: its full name, the regular expressions on its way, what answers."""

    name: str
    regexes: tuple[str, ...]
    callback: Any

    @property
    def is_ours(self) -> bool:
        """Written by a room, or made by a library for a model of a room."""
        view = getattr(self.callback, "view_class", self.callback)
        options = getattr(self.callback, "view_initkwargs", {})
        model = options.get("model")
        places = [view.__module__, getattr(model, "__module__", str(model))]
        # Only `config.urls` redirects with Django's own view.
        if self.namespace in ROOMS or view is RedirectView:
            return True
        return any(place.split(".")[0] in ROOMS for place in places)

    @property
    def namespace(self) -> str:
        """What stands before the colon, if anything."""
        return self.name.rpartition(":")[0]

    def sample_paths(self) -> Iterator[str]:
        """Paths that the pattern may accept, with made-up values for its parameters."""
        for value in ("1", "a", UUID, DAY):
            for number in (value, "1"):  # a record's number, then something else about it
                path = "/"
                for regex in self.regexes:
                    form, parameters = normalize(regex)[0]
                    values = dict.fromkeys(parameters, value)
                    if "pk" in values:
                        values["pk"] = number
                    path += form % values
                yield path


def all_addresses() -> list[Address]:
    """Every pattern of the project, the libraries' included."""
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(
    patterns: list[URLPattern | URLResolver], namespace: str, regexes: tuple[str, ...]
) -> Iterator[Address]:
    for item in patterns:
        further = (*regexes, item.pattern.regex.pattern)
        if isinstance(item, URLResolver):
            inside = f"{namespace}{item.namespace}:" if item.namespace else namespace
            yield from _walk(item.url_patterns, inside, further)
        else:
            yield Address(f"{namespace}{item.name or ''}", further, item.callback)
