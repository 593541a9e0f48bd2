"""Writes `docs/models.md`: every model, its relations and its states, read from the code."""

import inspect
import re
from pathlib import Path
from typing import Any, cast

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import models

from core.machines import Transitions

PAGE = "docs/models.md"
INTRODUCTION = """# Models

Every model of ours by app, from the lowest layer up: its relations, one sentence, and the states
of what has some. `manage.py describe_models` writes this page from the code; to change a sentence,
change the first one of the model's docstring.

A relation bears the name of its field. A row that others point at cannot be deleted (`PROTECT`)
unless another rule stands after the name. Models in quotes belong to another app; the relations
that Wagtail gives to every page are left out.
"""


class Command(BaseCommand):
    help = "Writes docs/models.md from the models."

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / PAGE).write_text(page(), encoding="utf-8")
        self.stdout.write(PAGE)


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join([INTRODUCTION, *(_section(config) for config in our_apps())])


def our_apps() -> list[AppConfig]:
    """The apps of the project that have models, from the lowest layer up (`INSTALLED_APPS`)."""
    return [
        config
        for config in apps.get_app_configs()
        if Path(config.path).parent == settings.BASE_DIR and list(config.get_models())
    ]


def relations_diagram(config: AppConfig) -> str:
    """The `erDiagram` of an app."""
    found = sorted(config.get_models(), key=lambda model: model.__name__)
    lines = [f"    {model.__name__}" for model in found]
    for model in found:
        lines += [f"    {line}" for line in _relations(model)]
    return "\n".join(["```mermaid", "erDiagram", *lines, "```"])


def _relations(model: type[models.Model]) -> list[str]:
    """The relations of a model that it declares itself, parents of pages included."""
    lines = []
    for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
        other = field.related_model
        # What an abstract class of Wagtail's brings is not ours to explain.
        if not isinstance(other, type) or not _is_declared_by_us(model, field.name):
            continue
        name = other.__name__
        if other._meta.app_label != model._meta.app_label:
            name = f'"{other._meta.label}"'
        if field.many_to_many:
            lines.append(_relation(model, "}o--o{", name, field.name))
            continue
        many = "|o" if field.one_to_one else "}o"
        one = "o|" if field.null else "||"
        rule = getattr(getattr(field.remote_field, "on_delete", None), "__name__", "")
        label = field.name if rule == "PROTECT" else f'"{field.name}, {rule}"'
        lines.append(_relation(model, f"{many}--{one}", name, label))
    return lines


def _relation(model: type[models.Model], line: str, other: str, label: str) -> str:
    return " ".join([model.__name__, line, other, ":", label])


def _is_declared_by_us(model: type[models.Model], name: str) -> bool:
    owners = [base for base in model.__mro__ if name in vars(base) and hasattr(base, "_meta")]
    # The last class to have it is the one that declares it: abstract parents pass fields down.
    top = owners[-1] if owners else model
    return name.endswith("_ptr") or top.__module__.split(".")[0] in _names()


def _names() -> set[str]:
    return {
        config.name
        for config in apps.get_app_configs()
        if Path(config.path).parent == settings.BASE_DIR
    }


def sentence(model: type[models.Model]) -> str:
    """The first sentence of the docstring of a model."""
    text = " ".join(inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].split())
    return re.split(r"(?<=\.) (?=[A-ZÉ`])", text)[0]


def machines() -> dict[type[models.Model], Transitions]:
    """Models with a state, and the table of their moves."""
    return {
        model: table
        for config in our_apps()
        for model in config.get_models()
        if isinstance(table := getattr(model, "transitions", None), Transitions)
    }


def starts(model: type[models.Model]) -> list[str]:
    """The states in which a row of a model may be written, its usual one first."""
    usual = str(cast("models.Field[Any, Any]", model._meta.get_field("state")).default)
    return [usual, *sorted({str(state) for state in machines()[model].starts} - {usual})]


def states_diagram(model: type[models.Model]) -> str:
    """The `stateDiagram-v2` of a model."""
    table = machines()[model]
    moves = [("[*]", state) for state in starts(model)]
    moves += [(str(source), to) for source in table for to in sorted(map(str, table[source]))]
    return "\n".join(
        [
            "```mermaid",
            "stateDiagram-v2",
            "    direction LR",
            f'    state "{model.__name__}" as machine {{',
            *(f"        {source} --> {to}" for source, to in moves),
            "    }",
            "```",
        ]
    )


def _section(config: AppConfig) -> str:
    found = sorted(config.get_models(), key=lambda model: model.__name__)
    return "\n".join(
        [
            f"## {config.label}\n",
            relations_diagram(config),
            "",
            *(f"- `{model.__name__}`: {sentence(model)}" for model in found),
            "",
            *(f"{states_diagram(model)}\n" for model in found if model in machines()),
        ]
    )
