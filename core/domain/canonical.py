"""One way to write data as bytes, so that a hash means the same thing everywhere and for ever."""

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any


def canonical_json(data: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """`data` as UTF-8 JSON: sorted keys, no spaces, integers and strings only.

    Raises TypeError for a float or any other type, whose text might differ elsewhere.
    """
    return json.dumps(
        _plain(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form.")


def utc_text(moment: dt.datetime | None) -> str | None:
    """An aware datetime as text in UTC, to the microsecond; None stays None."""
    if moment is None:
        return None
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_salt() -> str:
    """A random salt for `salted_digest`, as hexadecimal text."""
    return secrets.token_hex(32)


def read_json(raw: bytes) -> dict[str, Any]:
    """The object that these bytes write in JSON, read with no indulgence.

    UTF-8 and no other encoding, no key twice, no float, NaN or half character: what is read has
    one canonical form. Raises ValueError.
    """
    data = json.loads(raw.decode(), object_pairs_hook=_unrepeated)
    if not isinstance(data, dict):
        raise ValueError("not an object")
    try:
        canonical_json(data)
    except (TypeError, RecursionError) as error:
        raise ValueError("no canonical form") from error
    return data


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("repeated key")
    return found


def salted_digest(*, salt: str, data: Mapping[str, Any]) -> str:
    """SHA-256 of the salt and the canonical data, as hexadecimal text.

    The salt keeps a digest from being guessed back once the details are erased. Raises ValueError
    for a salt that `new_salt` does not write: capitals and spaces would be read as the same bytes.
    """
    secret = bytes.fromhex(salt)
    if secret.hex() != salt:
        raise ValueError("The salt is not lower-case hexadecimal.")
    return hashlib.sha256(secret + canonical_json(data)).hexdigest()
