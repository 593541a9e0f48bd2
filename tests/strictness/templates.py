"""An undefined variable fails in our own templates; Wagtail's and Django's live with theirs.

Django shows nothing for a name that does not exist, so that a typing error stays unseen. Here it
fails, unless the template says that absence is expected: `{% if name %}`, `{% firstof %}` or the
filters `default`, `default_if_none` and `yesno`.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.conf import settings
from django.template.base import FilterExpression, Node, Variable, VariableDoesNotExist
from django.template.defaulttags import ForNode

OWN_TEMPLATES = str(settings.BASE_DIR / "templates")
EXPECT_ABSENCE = {"default", "default_if_none", "yesno"}


class UndefinedVariable(AssertionError):
    """A template of ours uses a name that its context does not have."""


@contextmanager
def undefined_variables_fail() -> Iterator[None]:
    """Inside the block, an undefined variable in a template of ours raises `UndefinedVariable`."""
    original = Variable.resolve

    def resolve(self: Variable, context: Any) -> Any:
        try:
            return original(self, context)
        except VariableDoesNotExist as error:
            frame = sys._getframe(1)
            if _absence_matters(frame) and (template := _template_of(frame)):
                raise UndefinedVariable(f"« {self.var} » in {template}: {error}") from None
            raise

    Variable.resolve = resolve
    try:
        yield
    finally:
        Variable.resolve = original


def _absence_matters(frame: FrameType) -> bool:
    """Whether the expression that is being resolved should have had a value."""
    expression = frame.f_locals.get("self")
    if not isinstance(expression, FilterExpression) or frame.f_code.co_name != "resolve":
        return False
    if expression.filters and expression.filters[0][0].__name__ in EXPECT_ABSENCE:
        return False
    if not frame.f_locals.get("ignore_failures"):
        return True
    # `{% for %}` ignores failures: a loop over a misspelt name would show nothing.
    caller = frame.f_back
    return caller is not None and isinstance(caller.f_locals.get("self"), ForNode)


def _template_of(frame: FrameType | None) -> str | None:
    """The file of ours that holds the node being rendered; None for another's."""
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) is not None:
            name = str(node.origin.name)
            return name.removeprefix(OWN_TEMPLATES) if name.startswith(OWN_TEMPLATES) else None
        frame = frame.f_back
    return None
