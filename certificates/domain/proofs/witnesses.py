"""Witnesses: other organisations that sign, with a key of their own, the root that they saw.

We fetch nobody: a witness reads our last root when it likes and sends its signature. Its name and
public key are in the environment (`PROOF_WITNESSES`); without them no signature is received.
"""

import base64
import binascii
import datetime as dt
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from django.conf import settings
from django.db import IntegrityError, transaction

from certificates.domain.proofs.publishing import roots
from certificates.models import WitnessSignature
from core.domain.canonical import canonical_json, read_json, utc_text
from core.exceptions import DomainError

PURPOSE = "witnessed-root/1"
#: How far ahead of ours a witness's clock may be.
CLOCK_TOLERANCE = dt.timedelta(minutes=10)


def statement(*, witness: str, number: int, line: str, seen_at: dt.datetime) -> bytes:
    """What a witness signs: that it saw this line, and when by its own clock."""
    return canonical_json(
        {
            "line": line,
            "number": number,
            "purpose": PURPOSE,
            "seen_at": utc_text(seen_at),
            "witness": witness,
        }
    )


def is_signed(*, public_key: str, signature: str, **said: Any) -> bool:
    """Whether the signature is that of the statement, by this key (both in base64)."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), statement(**said))
    except (InvalidSignature, ValueError):
        return False
    return True


def receive(*, witness: str, body: bytes, at: dt.datetime) -> tuple[WitnessSignature, bool]:
    """Keep a witness's signature; the row, and whether it is new.

    Raises `DomainError`: `unknown_witness`, `unreadable`, `unknown_root` (the witness saw a line
    that is not ours: it must not be hushed), `bad_signature`.
    """
    public_key = settings.PROOF_WITNESSES.get(witness)
    if public_key is None:
        raise DomainError("Ce témoin n’est pas connu.", code="unknown_witness")
    number, line, seen_at, signature = _read(body)
    if seen_at > at + CLOCK_TOLERANCE:
        raise DomainError("L’heure du témoin est en avance.", code="unreadable")
    if not is_signed(
        public_key=public_key,
        signature=signature,
        witness=witness,
        number=number,
        line=line,
        seen_at=seen_at,
    ):
        raise DomainError("La signature n’est pas celle de ce témoin.", code="bad_signature")
    root = roots().filter(number=number, line=line).first()
    if root is None:
        raise DomainError("Cette ligne n’est pas l’une des nôtres.", code="unknown_root")
    same = WitnessSignature.objects.filter(root=root, witness=witness, public_key=public_key)
    if (known := same.first()) is not None:
        return known, False
    try:
        with transaction.atomic():
            row = WitnessSignature.objects.create(
                root=root,
                witness=witness,
                public_key=public_key,
                seen_at=seen_at,
                signature=signature,
                received_at=at,
            )
    except IntegrityError:
        return same.get(), False
    return row, True


def _read(body: bytes) -> tuple[int, str, dt.datetime, str]:
    try:
        said = read_json(body)
        number, line, signature = said["number"], said["line"], said["signature"]
        seen_at = dt.datetime.strptime(said["seen_at"], "%Y-%m-%dT%H:%M:%S.%f%z")
        if type(number) is not int or not isinstance(line, str) or len(line) != 64:
            raise TypeError("not a line")
        if len(base64.b64decode(signature, validate=True)) != 64:
            raise ValueError("not a signature")
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise DomainError("Ce message ne peut pas être lu.", code="unreadable") from error
    return number, line, seen_at, signature
