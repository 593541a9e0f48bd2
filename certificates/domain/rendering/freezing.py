"""Facts as they are stored with a document: printable text, canonical types."""

import re
from collections.abc import Mapping
from typing import Any

from core.domain.canonical import canonical_json

#: Control characters, those that turn the order of letters round, and lone surrogates: no text of
#: ours needs them, no PDF may hold them.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


#: Facts that pass, and change every day: a document is never issued anew because of them.
_PASSING = frozenset({"last_root"})


def lasting(context: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that two documents are compared by."""
    return {key: value for key, value in context.items() if key not in _PASSING}


def freeze(context: dict[str, Any]) -> dict[str, Any]:
    """The context as it will be stored: printable text, canonical types.

    Raises TypeError for a type without a canonical form (a float, a date): our mistake.
    """
    frozen: dict[str, Any] = _printable(context)
    canonical_json(frozen)
    return frozen


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", str(value))
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value
