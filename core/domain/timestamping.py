"""RFC 3161 timestamps: a digest goes to an authority, a signed token with a date comes back.

`TIMESTAMP_URL` names the authority; without it nothing is timestamped, and nothing pretends to
be. `TIMESTAMP_CA_FILE` holds the certificates that are trusted to vouch for it.
"""

import asyncio
import datetime as dt
import hashlib
import secrets
import urllib.error
import urllib.request
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto import algos, cms, pem, tsp, x509
from pyhanko.sign.general import CMSStructuralError
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    validate_sig_integrity,
)
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ValidationError as PathError

from django.conf import settings

#: Seconds given to the authority to answer.
PATIENCE = 15
#: Bytes of the longest answer read.
MAX_ANSWER = 256 * 1024


class TimestampError(Exception):
    """The authority did not answer as it must, or a token is not what it should be."""


@dataclass(frozen=True, kw_only=True)
class Timestamp:
    """What a valid token says: when, and who says so. `trusted`: a known certificate vouches
    for the authority (`TIMESTAMP_CA_FILE`)."""

    at: dt.datetime
    authority: str
    trusted: bool


def is_configured() -> bool:
    """Whether an authority is there to be asked."""
    return bool(settings.TIMESTAMP_URL)


def request_token(digest: bytes) -> bytes:
    """Ask the authority to date a SHA-256 digest; the token, checked, in DER.

    Raises `TimestampError` when there is no authority, no answer, a refusal, or a wrong token.
    Never called inside a transaction: it waits for the network.
    """
    if not is_configured():
        raise TimestampError("no authority")
    nonce = secrets.randbits(63)
    query = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {
                "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                "hashed_message": digest,
            },
            "nonce": nonce,
            "cert_req": True,
        }
    )
    try:
        answer = tsp.TimeStampResp.load(_post(query.dump()), strict=True)
        status = answer["status"]["status"].native
        if status not in {"granted", "granted_with_mods"}:
            raise TimestampError(f"refused ({status})")
        token = answer["time_stamp_token"].dump()
    except (ValueError, TypeError, KeyError) as error:
        raise TimestampError("unreadable answer") from error
    read_token(token, digest=digest, nonce=nonce)
    return token


def read_token(token: bytes, *, digest: bytes, nonce: int | None = None) -> Timestamp:
    """What the token says of the SHA-256 digest, once it is sure that it speaks of it.

    The signature is checked with the certificate that the token carries, which must be one for
    timestamps. Raises `TimestampError`.
    """
    try:
        return _read(token, digest=digest, nonce=nonce)
    except (ValueError, TypeError, KeyError, CMSStructuralError) as error:
        raise TimestampError("unreadable token") from error


def _read(token: bytes, *, digest: bytes, nonce: int | None) -> Timestamp:
    content = cms.ContentInfo.load(token, strict=True)
    if content["content_type"].native != "signed_data":
        raise TimestampError("not signed")
    signed = content["content"]
    said = signed["encap_content_info"]["content"]
    info = said.parsed
    if not isinstance(info, tsp.TSTInfo):
        raise TimestampError("no timestamp in the token")
    imprint = info["message_imprint"]
    if (
        imprint["hash_algorithm"]["algorithm"].native != "sha256"
        or imprint["hashed_message"].native != digest
    ):
        raise TimestampError("the token dates something else")
    if nonce is not None and info["nonce"].native != nonce:
        raise TimestampError("the token answers another request")
    certificates = extract_certs_for_validation(signed)
    signer = certificates.signer_cert
    usage = signer.extended_key_usage_value
    if usage is None or "time_stamping" not in usage.native:
        raise TimestampError("the certificate is not one for timestamps")
    (signer_info,) = signed["signer_infos"]
    algorithm = signer_info["digest_algorithm"]["algorithm"].native
    intact, valid = validate_sig_integrity(
        signer_info,
        signer,
        "tst_info",
        hashlib.new(algorithm, said.contents).digest(),
    )
    if not (intact and valid):
        raise TimestampError("the token was changed")
    at: dt.datetime = info["gen_time"].native
    return Timestamp(
        at=at,
        authority=str(signer.subject.native.get("common_name", signer.subject.human_friendly)),
        trusted=_is_trusted(signer, certificates.other_certs, at=at),
    )


def _post(query: bytes) -> bytes:
    # Settings accept only http and https addresses.
    request = urllib.request.Request(  # noqa: S310
        settings.TIMESTAMP_URL,
        data=query,
        headers={
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return answer.read(MAX_ANSWER)
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise TimestampError(f"no answer ({type(error).__name__})") from error


def _is_trusted(
    signer: x509.Certificate, others: list[x509.Certificate], *, at: dt.datetime
) -> bool:
    """Whether the certificates of `TIMESTAMP_CA_FILE` vouch for this one, at that date."""
    if not settings.TIMESTAMP_CA_FILE:
        return False
    roots = [
        x509.Certificate.load(der)
        for _kind, _headers, der in pem.unarmor(
            Path(settings.TIMESTAMP_CA_FILE).read_bytes(), multiple=True
        )
    ]
    validator = CertificateValidator(
        signer,
        intermediate_certs=others,
        validation_context=ValidationContext(
            trust_roots=roots, moment=at, allow_fetching=False, revocation_mode="soft-fail"
        ),
    )
    try:
        _finish(validator.async_validate_usage(set(), {"time_stamping"}, True))
    except PathError:
        return False
    return True


def _finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run to its end in a thread of its own: this one may have an event loop already."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
