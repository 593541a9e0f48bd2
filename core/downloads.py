"""Answers that carry a private file: who may read it has been checked, no one else keeps it."""

import mimetypes
import unicodedata

from django.core.files.base import File
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header


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
    disposition = content_disposition_header(as_attachment, safe_name(name))
    response.headers["Content-Disposition"] = disposition or "inline"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def safe_name(name: str) -> str:
    """A file name without folders or characters that do not show.

    A name that a visitor gave may hold line ends, or marks that show « fdp.exe » backwards.
    """
    return "".join(
        "_" if sign in "/\\" or unicodedata.category(sign).startswith("C") else sign
        for sign in name
    )
