"""The witness's side: read another site's roots, refuse those that rewrite what we saw, sign."""

import base64
import json
import os
import secrets
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from django.conf import settings
from django.utils import timezone

from certificates.domain.proofs import published
from certificates.domain.proofs.witnesses import statement
from certificates.models import WitnessedRoot
from core.domain.canonical import read_json, utc_text
from core.exceptions import DomainError

#: Seconds given to the other site to answer.
PATIENCE = 30


def witness(*, site: str, name: str) -> WitnessedRoot:
    """Sign the last root of a site under our name there, and send it; the line signed.

    The first time, its whole list is checked and its last line kept; each time after, what it
    publishes must contain every line that we signed. Run again, it sends the same signature.
    Raises `DomainError`: `bad_site`, `unreachable`, `bad_list`, `rewritten` (nothing is signed:
    keep the file that the message names), `refused`.
    """
    site = _site(site)
    newest = _get(f"{site}/preuves/derniere.json")
    # Read after it: a root published meanwhile is in the list, and waits for the next time.
    raw = _get(f"{site}/preuves/racines.json")
    try:
        last = published.read_line(read_json(newest))
        lines = published.read_list(raw)
    except (ValueError, KeyError, TypeError) as error:
        raise DomainError(f"{site} : {error}.", code="bad_list") from error
    _refuse_if_rewritten(site, lines, last, raw)
    row = _signed(site, name, last)
    _send(
        f"{site}/preuves/temoins/{name}/",
        {
            "number": row.number,
            "line": row.line,
            "seen_at": utc_text(row.seen_at),
            "signature": row.signature,
        },
    )
    return row


def public_key() -> str:
    """Our public key, in base64: what the other site must be given."""
    raw = _key().public_key().public_bytes_raw()
    return base64.b64encode(raw).decode()


def _refuse_if_rewritten(
    site: str, lines: list[dict[str, Any]], last: dict[str, Any], raw: bytes
) -> None:
    listed = {line["number"]: line["line"] for line in lines}
    signed = dict(WitnessedRoot.objects.filter(site=site).values_list("number", "line"))
    wrong = sorted(number for number, line in signed.items() if listed.get(number) != line)
    if listed.get(last["number"]) != last["line"]:
        wrong.append(last["number"])
    if wrong:
        kept = _keep(raw)
        raise DomainError(
            f"{site} ne publie plus ce qui a été vu : racine n° {wrong[0]}. Rien n’a été signé ; "
            f"la liste reçue est gardée dans {kept}.",
            code="rewritten",
        )


def _signed(site: str, name: str, line: dict[str, Any]) -> WitnessedRoot:
    known = WitnessedRoot.objects.filter(site=site, number=line["number"]).first()
    if known is not None:
        return known
    seen_at = timezone.now()
    signature = _key().sign(
        statement(witness=name, number=line["number"], line=line["line"], seen_at=seen_at)
    )
    return WitnessedRoot.objects.create(
        site=site,
        number=line["number"],
        line=line["line"],
        seen_at=seen_at,
        signature=base64.b64encode(signature).decode(),
    )


def _folder() -> Path:
    folder = Path(settings.DATA_DIR) / "witness"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _keep(raw: bytes) -> Path:
    path = _folder() / f"racines-{timezone.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}.json"
    path.write_bytes(raw)
    return path


def _key() -> Ed25519PrivateKey:
    """The key of this installation as a witness, made when first needed."""
    path = _folder() / "ed25519.pem"
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        # Written whole, then moved into place: two processes that start together use one key.
        draft = path.with_name(f"draft-{secrets.token_hex(4)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise DomainError("La clé de témoin n’est pas une clé Ed25519.", code="bad_key")
    return key


def _site(site: str) -> str:
    parts = urlsplit(site)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise DomainError(f"« {site} » n’est pas l’adresse d’un site.", code="bad_site")
    return site.rstrip("/")


def _get(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310  see _site
            return bytes(answer.read(published.MAX_LIST))
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise DomainError(f"{url} ne répond pas.", code="unreachable") from error


def _send(url: str, said: dict[str, Any]) -> None:
    request = urllib.request.Request(  # noqa: S310  see _site
        url,
        data=json.dumps(said).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):  # noqa: S310
            return
    except urllib.error.HTTPError as error:
        with error:
            words = error.read(500).decode(errors="replace")
        raise DomainError(f"{url} a refusé la signature : {words}", code="refused") from error
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise DomainError(f"{url} ne répond pas.", code="unreachable") from error
