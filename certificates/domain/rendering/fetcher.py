"""What a document may load while it is rendered: our own pictures, and pictures inside the page."""

import mimetypes
from typing import Any
from urllib.parse import unquote, urlsplit

from weasyprint.urls import URLFetcher, URLFetcherResponse

from django.conf import settings

from certificates.domain.rendering import branding
from core.exceptions import DomainError

#: The only folder of this machine that a document may read, under the scheme `asset:`.
ASSETS = settings.BASE_DIR / "static" / "certificates" / "pdf"
SCHEME = "asset"
#: The pictures that a page may hold in itself.
PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,")


class RefusedAddress(ValueError):
    """A document asked for something outside the folder of its pictures."""


class DocumentFetcher(URLFetcher):
    """Gives `asset:mark.svg`, `kept:` pictures and `data:`; refuses the network and the disk.

    A refusal stops the rendering (`fail_on_errors`): a document never leaves with a hole in it.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme == "data":
            # Not SVG: it may call elsewhere, and WeasyPrint then leaves a hole without a word.
            if not url.startswith(PICTURES):
                raise RefusedAddress("data")
            return super().fetch(url, headers)
        if parts.scheme == branding.SCHEME and not parts.netloc:
            return _kept(url)
        if parts.scheme != SCHEME or parts.netloc:
            raise RefusedAddress(parts.scheme or "?")
        path = (ASSETS / unquote(parts.path)).resolve()
        if not path.is_relative_to(ASSETS.resolve()) or not path.is_file():
            raise RefusedAddress(SCHEME)
        kind: Any = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, body=path.read_bytes(), headers={"Content-Type": kind})


def _kept(url: str) -> URLFetcherResponse:
    try:
        content, media_type = branding.open_url(url)
    except (DomainError, ValueError) as error:
        raise RefusedAddress(branding.SCHEME) from error
    return URLFetcherResponse(url, body=content, headers={"Content-Type": media_type})
