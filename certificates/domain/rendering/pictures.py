"""The pictures of pages: ours are read and encoded once per process, those of a page go with it.

WeasyPrint puts every picture of a page, and the bytes that it makes of it, into a dictionary. Each
page has one of its own, so that threads that render at once never empty one another's; what comes
from us (the files of the print folder, logos, stamps, signatures) is handed on to the next page. A
kept picture is named by its key and its SHA-256: under one URL it is always the same.
"""

import threading
from collections.abc import Callable

import pydyf
from weasyprint.images import RasterImage

from certificates.domain.rendering import branding
from certificates.domain.rendering.fetcher import SCHEME

#: Pictures kept in the process, the latest ones: one organisation has three, and a few signers.
MOST_KEPT = 16
OURS = (f"{SCHEME}:", f"{branding.SCHEME}:")

_kept: dict[str, object] = {}
_guard = threading.Lock()


def of_new_page() -> dict[str, object]:
    """What WeasyPrint receives to put the pictures of one page in: ours are in it already."""
    with _guard:
        return dict(_kept)


def encode_ours_once(pictures: dict[str, object]) -> None:
    """Before a page is written: have our pictures encoded for it and for the next ones."""
    for url, picture in _ours(pictures).items():
        if isinstance(picture, RasterImage) and url not in _kept:
            picture.get_x_object = _encoded_once(picture.get_x_object)


def are_readable(pictures: dict[str, object]) -> bool:
    """Whether WeasyPrint could read every picture: of another it prints nothing, silently."""
    return all(picture is not None for picture in pictures.values())


def hand_on(pictures: dict[str, object]) -> None:
    """Keep our pictures of a page for the next ones, and let go of its others."""
    ours = _ours(pictures)
    # A picture reads its own bytes in the dictionary of its first page, under its identifier.
    read_here = {
        picture.id
        for url, picture in ours.items()
        if isinstance(picture, RasterImage) and url not in _kept
    }
    for key in [key for key in pictures if key.partition("-")[0] not in read_here]:
        del pictures[key]
    with _guard:
        for url, picture in ours.items():
            _kept.setdefault(url, picture)
        while len(_kept) > MOST_KEPT:
            del _kept[next(iter(_kept))]


def _ours(pictures: dict[str, object]) -> dict[str, object]:
    return {
        url: picture
        for url, picture in pictures.items()
        if url.startswith(OURS) and picture is not None
    }


def _encoded_once(
    encode: Callable[[bool, float], pydyf.Stream],
) -> Callable[[bool, float], pydyf.Stream]:
    """The same function, which encodes a picture once for each way of printing it.

    Each file receives copies: it writes its own numbers of objects into them.
    """
    encoded: dict[tuple[bool, float], pydyf.Stream] = {}

    def x_object(interpolate: bool, dpi_ratio: float) -> pydyf.Stream:
        if (interpolate, dpi_ratio) not in encoded:
            encoded[interpolate, dpi_ratio] = encode(interpolate, dpi_ratio)
        return _copy(encoded[interpolate, dpi_ratio])

    return x_object


def _copy(stream: pydyf.Stream) -> pydyf.Stream:
    extra = pydyf.Dictionary(stream.extra)
    if isinstance(mask := extra.get("SMask"), pydyf.Stream):
        extra["SMask"] = _copy(mask)
    return pydyf.Stream(stream.stream, extra)
