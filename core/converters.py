"""Codes that people write, as parts of URLs and as identifiers that programs compare."""

import base64
import re

from django.urls.converters import IntConverter, StringConverter

from core.text import LONGEST_KEY

#: What may stand anywhere as it is: URLs, headers, names of files and of folders.
PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
#: Begins a key that is not the code itself; no plain code begins with it.
_MARK = "~"


def key_of_code(code: str) -> str:
    """The code itself when it is plain; otherwise a plain key that says the same.

    « S-2026-01 », « ~VEwvMjAyNi0wOA » for « TL/2026-08 ». Two codes never have one key.
    """
    if PLAIN.fullmatch(code):
        return code
    written = base64.urlsafe_b64encode(code.encode(errors="surrogatepass"))
    return _MARK + written.decode().rstrip("=")


def code_of_key(key: str) -> str:
    """The code that `key_of_code` gave this key for; what is no such key is the code itself."""
    if not key.startswith(_MARK):
        return key
    written = key.removeprefix(_MARK).encode()
    try:
        code = base64.b64decode(written + b"=" * (-len(written) % 4), altchars=b"-_", validate=True)
        return code.decode() or key
    except ValueError:
        return key


class KeyConverter(IntConverter):
    """A primary key: no more figures than the database can look for.

    For keys of pages, and wherever a list of keys is asked for; elsewhere Django finds by itself
    that a number is too large.
    """

    regex = f"[0-9]{{1,{LONGEST_KEY}}}"


class CodeConverter(StringConverter):
    """A code, whatever was stored: no URL fails for a slash in it, none leads to another place.

    A URL that spells the code out, accents or spaces included, is read as well. A NUL is in no
    code, and PostgreSQL refuses it.
    """

    regex = "[^/\x00]+"

    def to_python(self, value: str) -> str:
        """The code. Raises `ValueError`, which is a page that does not exist, for a NUL."""
        code = code_of_key(value)
        if "\x00" in code:
            raise ValueError(value)
        return code

    def to_url(self, value: str) -> str:
        """The key of the code."""
        return key_of_code(str(value))
