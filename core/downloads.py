"""Answers that carry a private file: who may read it has been checked, no one else keeps it."""

import mimetypes
import unicodedata

from django.core.files.base import File
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

#: What Windows refuses in a name, and what leads to another folder.
FORBIDDEN = frozenset('/\\:*?"<>|')
#: Categories of characters that do not show: controls, formats, halves of characters, unknown
#: ones, ends of line and of paragraph.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Bytes: names of 255 at most, and a copy is renamed with a number.
LONGEST_NAME = 200
LONGEST_EXTENSION = 10


def private_file(
    content: File | bytes, *, name: str, media_type: str = "", as_attachment: bool = False
) -> HttpResponseBase:
    """Send a private file under a safe name: no cache keeps it, no browser guesses its type.

    `content`: an open file, closed once sent, or bytes made for this answer. `media_type`: guessed
    from the name when it is not given. `as_attachment`: it is saved instead of shown.
    """
    response: HttpResponseBase
    media_type = media_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if isinstance(content, bytes):
        response = HttpResponse(content, content_type=media_type)
    else:
        response = FileResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = disposition(name, as_attachment=as_attachment)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def disposition(name: str, *, as_attachment: bool = False) -> str:
    """The header that names a file, right whatever the name is made of."""
    return content_disposition_header(as_attachment, safe_name(name)) or "inline"


def safe_name(name: str) -> str:
    """A name that every system takes for a file or a folder, and that leads to no other folder.

    A name that a visitor gave may hold line ends, or marks that show « fdp.exe » backwards.
    Long names are cut before their extension. Never empty.
    """
    plain = "".join("_" if _is_unsafe(sign) else sign for sign in name).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    if not stem or len(extension) > LONGEST_EXTENSION:
        stem, dot, extension = plain, "", ""
    kept = stem.encode()[: LONGEST_NAME - len(extension.encode()) - 1].decode(errors="ignore")
    return f"{kept.rstrip(' .')}{dot}{extension}" or "_"


def _is_unsafe(sign: str) -> bool:
    return sign in FORBIDDEN or unicodedata.category(sign) in UNSEEN
