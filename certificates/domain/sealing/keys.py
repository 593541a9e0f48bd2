"""The key and the certificate of the organisation's electronic seal, read once per process.

From the PKCS#12 file that the environment names; without one, from a certificate that the
installation makes for itself, and that says of itself that it is a demonstration.
"""

import datetime as dt
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from django.conf import settings

from core.exceptions import DomainError

if TYPE_CHECKING:
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign.signers import SimpleSigner

DEMONSTRATION_NAME = "Cachet de démonstration"
DEMONSTRATION_YEARS = 10


@dataclass(frozen=True, kw_only=True)
class SealKey:
    """What seals, and how it is named."""

    signer: "SimpleSigner"
    is_demonstration: bool

    @property
    def certificate(self) -> "asn1_x509.Certificate":
        """The certificate that goes with the key."""
        return self.signer.signing_cert

    @property
    def subject(self) -> str:
        """Who seals, as the certificate names it: its common name, else its organisation."""
        names = self.certificate.subject.native
        return str(names.get("common_name") or names.get("organization_name") or "")

    @property
    def serial(self) -> str:
        """Serial number of the certificate, in hexadecimal."""
        return f"{self.certificate.serial_number:x}"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal."""
        return self.certificate.sha256.hex()


@cache
def seal_key() -> SealKey:
    """The key of this process. Raises `DomainError` (`seal_unreadable`)."""
    if settings.SEAL_FILE:
        return SealKey(
            signer=_load(Path(settings.SEAL_FILE), settings.SEAL_PASSPHRASE), is_demonstration=False
        )
    return SealKey(signer=_load(ensure_demonstration_seal(), ""), is_demonstration=True)


def seal_sentence() -> str:
    """What a sealed document prints about its seal."""
    key = seal_key()
    if key.is_demonstration:
        return f"{DEMONSTRATION_NAME}, sans valeur juridique"
    return f"Cachet électronique : {key.subject}"


def _load(path: Path, passphrase: str) -> "SimpleSigner":
    # Imported when first used: it takes most of a second, and pages never seal.
    from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415

    try:
        return SimpleSigner.load_pkcs12_data(
            path.read_bytes(), other_certs=[], passphrase=passphrase.encode() or None
        )
    except (OSError, ValueError) as error:
        raise DomainError(
            "Le cachet électronique ne peut pas être lu : vérifiez SEAL_FILE et SEAL_PASSPHRASE.",
            code="seal_unreadable",
        ) from error


def demonstration_path() -> Path:
    """Where the demonstration certificate of this installation is kept."""
    return Path(settings.DATA_DIR) / "seal" / "demonstration.p12"


def ensure_demonstration_seal() -> Path:
    """Make the demonstration certificate if there is none yet; returns where it is.

    Written whole, then moved into place: two processes that start together use one key.
    """
    path = demonstration_path()
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"draft-{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(_demonstration_pkcs12())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path


def _demonstration_pkcs12() -> bytes:
    """An EC P-256 key and a certificate that it signs itself, which no reader will trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DEMONSTRATION_NAME)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365 * DEMONSTRATION_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        DEMONSTRATION_NAME.encode(), key, certificate, None, serialization.NoEncryption()
    )
