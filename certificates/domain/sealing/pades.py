"""The organisation's electronic seal on a PDF: PAdES, with an RFC 3161 timestamp if one is set.

The seal is an incremental update: what was rendered stays byte for byte before it, and the marks of
archival and accessible documents (PDF/A, PDF/UA) stay as they were. It certifies: any later change
of the file shows.
"""

import asyncio
import datetime as dt
import io
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.extensions import DeveloperExtension
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from django.conf import settings

from certificates.domain.sealing.keys import SealKey, seal_key
from certificates.enums import TimestampState
from certificates.exceptions import SealingFailed

logger = logging.getLogger(__name__)

FIELD = "Cachet"
DIGEST = "sha256"
#: Seconds given to the timestamp authority, then seconds during which it is not asked again.
TIMESTAMP_PATIENCE = 5
TIMESTAMP_REST = 60
#: Bytes kept in the file for the seal, beyond its certificates: attributes, then a timestamp.
ATTRIBUTES_ROOM = 2048
TIMESTAMP_ROOM = 12 * 1024

#: Outside the page and printable: PDF/UA wants untagged fields out of sight, PDF/A not hidden.
_INVISIBLE = fields.InvisSigSettings(set_print_flag=True, box_out_of_bounds=True)

_timestamps_rest_until = 0.0

P = ParamSpec("P")
R = TypeVar("R")


def _outside_event_loops(function: Callable[P, R]) -> Callable[P, R]:
    """Call pyHanko from a thread of its own where an event loop runs: it starts one itself."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return function(*args, **kwargs)
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(function, *args, **kwargs).result()

    return call


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A sealed file, and what is to be written down about its seal."""

    content: bytes
    subject: str
    serial: str
    fingerprint: str
    is_demonstration: bool
    timestamp_state: str
    timestamped_at: dt.datetime | None = None
    timestamp_authority: str = ""
    timestamp_failure: str = ""


class _Writer(IncrementalPdfFileWriter):
    """Adds to a file without touching its version and its metadata.

    pyHanko would write the metadata again in a form that PDF/A does not allow: another producer
    than that of the information dictionary, the PDF/UA schema in another syntax. And a key on an
    elliptic curve would make the file a PDF 2.0, which PDF/A-3 is not (ISO 19005-3, 6.1.2).
    """

    output_version = (1, 7)

    def _update_meta(self) -> None:
        """Leave the metadata as it was rendered."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Leave the version as it was rendered."""

    def register_extension(self, ext: DeveloperExtension) -> None:
        """Declare the extensions of PDF 1.7 (PAdES), none of those of PDF 2.0."""
        if ext.base_version == generic.pdf_name("/1.7"):
            super().register_extension(ext)


def seal(content: bytes) -> Sealed:
    """Seal a PDF once. Raises `SealingFailed` (`sealing_failed`), `DomainError` for the key.

    When the timestamp authority does not answer, or answers wrongly, the file is sealed without
    a timestamp and says so: the clock of this machine never stands in for it.
    """
    key = seal_key()
    authority = timestamp_authority()
    if authority is None:
        return _sealed(key, _sign(content, key, None), TimestampState.NONE)
    if time.monotonic() < _timestamps_rest_until:
        return _without_timestamp(content, key, "L’autorité d’horodatage ne répondait pas.")
    try:
        stamped = _sign(content, key, authority)
    except (TimestampRequestError, OSError, ValueError) as error:
        _let_timestamps_rest()
        logger.warning("The timestamp authority failed: %s", type(error).__name__)
        return _without_timestamp(
            content, key, "L’autorité d’horodatage n’a pas répondu correctement."
        )
    timestamp = _status(stamped, key.certificate.dump()).timestamp_validity
    if timestamp is None or not (timestamp.intact and timestamp.valid):
        _let_timestamps_rest()
        return _without_timestamp(content, key, "Le jeton d’horodatage reçu n’est pas valide.")
    names = timestamp.signing_cert.subject.native
    return _sealed(
        key,
        stamped,
        TimestampState.DONE,
        timestamped_at=timestamp.timestamp,
        timestamp_authority=str(
            names.get("common_name") or names.get("organization_name") or settings.SEAL_TIMESTAMP
        ),
    )


def timestamp_authority() -> TimeStamper | None:
    """The authority that the environment names; None when it names none."""
    if not settings.SEAL_TIMESTAMP:
        return None
    return RequestsHTTPTimeStamper(settings.SEAL_TIMESTAMP, timeout=TIMESTAMP_PATIENCE)


def _let_timestamps_rest() -> None:
    """A hundred documents do not each wait for an authority that is down."""
    global _timestamps_rest_until
    _timestamps_rest_until = time.monotonic() + TIMESTAMP_REST


def _without_timestamp(content: bytes, key: SealKey, failure: str) -> Sealed:
    return _sealed(key, _sign(content, key, None), TimestampState.FAILED, timestamp_failure=failure)


def _sealed(key: SealKey, content: bytes, state: str, **timestamp: Any) -> Sealed:
    return Sealed(
        content=content,
        subject=key.subject,
        serial=key.serial,
        fingerprint=key.fingerprint,
        is_demonstration=key.is_demonstration,
        timestamp_state=state,
        **timestamp,
    )


@_outside_event_loops
def _sign(content: bytes, key: SealKey, authority: TimeStamper | None) -> bytes:
    try:
        writer = _Writer(io.BytesIO(content))
        # A certification comes first or not at all: others may have signed before.
        is_first = not writer.prev.embedded_signatures
        signer = signers.PdfSigner(
            signers.PdfSignatureMetadata(
                field_name=FIELD,
                md_algorithm=DIGEST,
                subfilter=fields.SigSeedSubFilter.PADES,
                name=key.subject,
                reason="Cachet électronique de l’organisme",
                certify=is_first,
                docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            ),
            key.signer,
            timestamper=authority,
            new_field_spec=fields.SigFieldSpec(FIELD, invis_sig_settings=_INVISIBLE),
        )
        # Known beforehand, the size spares pyHanko a first signature made only to measure it.
        return bytes(
            signer.sign_pdf(writer, bytes_reserved=_room(key, authority is not None)).getbuffer()
        )
    except (PdfError, SigningError) as error:
        raise SealingFailed(
            "Le document n’a pas pu être scellé : il n’a pas été émis.", code="sealing_failed"
        ) from error


def _room(key: SealKey, with_timestamp: bool) -> int:
    """Hexadecimal digits to keep for the seal."""
    chain = sum(len(certificate.dump()) for certificate in key.signer.cert_registry)
    room = ATTRIBUTES_ROOM + len(key.certificate.dump()) + chain
    return 2 * (room + (TIMESTAMP_ROOM if with_timestamp else 0))


# --- Checking -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SealCheck:
    """What a sealed file says of itself."""

    is_valid: bool
    #: Why not, in French; empty when it is valid.
    sentence: str = ""
    fingerprint: str = ""
    is_timestamped: bool = False


def check(content: bytes, *, fingerprint: str) -> SealCheck:
    """Whether a file carries, whole and untouched, the seal of the certificate so fingerprinted."""
    try:
        found = PdfFileReader(io.BytesIO(content)).embedded_signatures
        if not found:
            return SealCheck(is_valid=False, sentence="le fichier ne porte pas de cachet")
        certificate = found[-1].signer_cert
        status = _status(content, certificate.dump())
    except (PdfError, SignatureValidationError, ValueError):
        return SealCheck(is_valid=False, sentence="le cachet ne peut pas être lu")
    seen = certificate.sha256.hex()
    if not (status.intact and status.valid) or status.coverage != _WHOLE:
        sentence = "le cachet n’est plus valable : le fichier a été modifié"
    elif seen != fingerprint:
        sentence = "le cachet n’est pas celui qui a été enregistré"
    elif not status.trusted:
        sentence = "le certificat du cachet n’était pas valable à cette date"
    else:
        sentence = ""
    timestamp = status.timestamp_validity
    return SealCheck(
        is_valid=not sentence,
        sentence=sentence,
        fingerprint=seen,
        is_timestamped=bool(timestamp and timestamp.intact and timestamp.valid),
    )


_WHOLE = SignatureCoverageLevel.ENTIRE_FILE


@_outside_event_loops
def _status(content: bytes, certificate: bytes) -> PdfSignatureStatus:
    """What pyHanko's validator says of the last signature, trusting this certificate alone."""
    found = PdfFileReader(io.BytesIO(content)).embedded_signatures[-1]
    trusted = cms.Certificate.load(certificate)
    moment = found.self_reported_timestamp
    context = ValidationContext(
        trust_roots=[trusted],
        moment=moment,
        best_signature_time=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    return validate_pdf_signature(found, signer_validation_context=context, skip_diff=False)
