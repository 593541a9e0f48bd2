"""What a document looks like: logo, colour, stamp and signature, frozen with its facts.

Pictures enter the frozen facts by key and SHA-256. A logo changed later changes nothing of what is
queued or issued; a picture that is missing or no longer the same fails the document, and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from certificates.exceptions import RenderingFailed
from core.domain import pictures
from core.exceptions import DomainError
from core.models import Organisation, OrganisationPicture, Signatory

#: Scheme of the URLs of kept pictures, for rendering alone.
SCHEME = "kept"
#: The items of the frozen facts that say how a document looks, not what it says.
ITEMS = {"organisation": ("logo", "stamp", "colour"), "signatory": ("signature",)}


@dataclass(frozen=True, kw_only=True)
class Branding:
    """What the page of a document receives: URLs of pictures, empty when there is none."""

    colour: str = ""
    logo: str = ""
    stamp: str = ""
    signature: str = ""


def of_organisation(organisation: Organisation) -> dict[str, Any]:
    """The look of the organisation, for its frozen facts. What is not set is not there."""
    return {
        **_frozen("logo", organisation.logo),
        **_frozen("stamp", organisation.stamp),
        **({"colour": organisation.primary_colour} if organisation.primary_colour else {}),
    }


def of_signatory(signatory: Signatory) -> dict[str, Any]:
    """The signature of a person, for the frozen facts of what they sign."""
    return _frozen("signature", signatory.signature)


def of_facts(facts: Mapping[str, Any]) -> Branding:
    """The look that frozen facts ask for."""
    organisation = facts.get("organisation", {})
    return Branding(
        colour=organisation.get("colour", ""),
        logo=_url(organisation.get("logo")),
        stamp=_url(organisation.get("stamp")),
        signature=_url(facts.get("signatory", {}).get("signature")),
    )


def without(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the facts say, whatever they look like: a new logo makes no document wrong."""
    plain = dict(facts)
    for item, looks in ITEMS.items():
        if isinstance(found := plain.get(item), Mapping):
            plain[item] = {key: value for key, value in found.items() if key not in looks}
    return plain


def refuse_lost_pictures(facts: Mapping[str, Any]) -> None:
    """Raise `RenderingFailed` (`picture_lost`), naming the picture, when one cannot be rendered."""
    named = {
        "le logo": facts.get("organisation", {}).get("logo"),
        "le cachet": facts.get("organisation", {}).get("stamp"),
        "la signature": facts.get("signatory", {}).get("signature"),
    }
    for words, picture in named.items():
        if not picture:
            continue
        try:
            read(picture["key"], picture["sha256"])
        except DomainError as error:
            raise RenderingFailed(
                f"L’image qui fait {words} manque dans le stockage, ou elle a changé : le document "
                "n’a pas été émis.",
                code="picture_lost",
            ) from error


@lru_cache(maxsize=8)
def read(key: str, sha256: str) -> bytes:
    """The bytes of a kept picture, read and hashed once per process. Raises `DomainError`."""
    return pictures.read(key=key, sha256=sha256)


def open_url(url: str) -> tuple[bytes, str]:
    """Bytes and media type behind a URL of `Branding`. Raises `DomainError`, ValueError."""
    parts = urlsplit(url)
    key, sha256 = parts.path, parse_qs(parts.query).get("sha256", [""])[0]
    if not key.startswith(f"{pictures.FOLDER}/") or ".." in key or not sha256:
        raise ValueError("Not the URL of a kept picture.")
    return read(key, sha256), "image/png" if key.endswith(".png") else "image/jpeg"


def _frozen(item: str, picture: OrganisationPicture | None) -> dict[str, Any]:
    if picture is None:
        return {}
    return {item: {"key": picture.key, "sha256": picture.sha256}}


def _url(picture: Mapping[str, str] | None) -> str:
    return f"{SCHEME}:{picture['key']}?sha256={picture['sha256']}" if picture else ""
