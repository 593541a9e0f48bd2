"""Every URL of the project, walked through the resolver."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize
from django.views.generic import RedirectView

from tests.codebase.sources import APPS

UUID, DAY = "00000000-0000-0000-0000-000000000001", "2027-01-04"


@dataclass(frozen=True)
class ProjectUrl:
    """One pattern: its full name, the regular expressions on its way, what answers."""

    name: str
    regexes: tuple[str, ...]
    callback: Any

    @property
    def is_ours(self) -> bool:
        """Written by an app of ours, or by a library for a model of ours."""
        view = getattr(self.callback, "view_class", self.callback)
        options = getattr(self.callback, "view_initkwargs", {})
        model = options.get("model")
        places = [view.__module__, getattr(model, "__module__", str(model))]
        # Only `config.urls` redirects with Django's own view.
        if self.namespace in APPS or view is RedirectView:
            return True
        return any(place.split(".")[0] in APPS for place in places)

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


def all_urls() -> list[ProjectUrl]:
    """Every pattern of the project, the libraries' included."""
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(
    patterns: list[URLPattern | URLResolver], namespace: str, regexes: tuple[str, ...]
) -> Iterator[ProjectUrl]:
    for item in patterns:
        further = (*regexes, item.pattern.regex.pattern)
        if isinstance(item, URLResolver):
            inside = f"{namespace}{item.namespace}:" if item.namespace else namespace
            yield from _walk(item.url_patterns, inside, further)
        else:
            yield ProjectUrl(f"{namespace}{item.name or ''}", further, item.callback)
