"""A timestamp authority on loopback (RFC 3161), with its own root, that can be made to misbehave.

def test_…(authority, settings):
    settings.TIMESTAMP_URL = authority.url
"""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

FROM, TO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2050, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Identity:
    """A key and its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def _identity(name: str, issuer: Identity | None, *, may_stamp: bool) -> Identity:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(TO)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if may_stamp:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return Identity(key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


@cache
def root() -> Identity:
    """Who vouches for the authority."""
    return _identity("Racine d’essai", None, may_stamp=False)


@cache
def stamping() -> Identity:
    """The authority itself."""
    return _identity("Horodatage d’essai", root(), may_stamp=True)


@cache
def other() -> Identity:
    """A person that the root knows, who may not timestamp."""
    return _identity("Autre service", root(), may_stamp=False)


@dataclass
class Authority:
    """What the tests see of it. `mood`: well, silent, refuses, rubbish, other_digest, not_a_tsa."""

    url: str = ""
    mood: str = "well"
    at: dt.datetime = dt.datetime(2027, 1, 14, 12, 31, tzinfo=dt.UTC)
    asked: list[bytes] = field(default_factory=list)

    def answer(self, body: bytes) -> bytes | None:
        """The answer to one request; None: an error."""
        request = tsp.TimeStampReq.load(body)
        digest = request["message_imprint"]["hashed_message"].native
        self.asked.append(digest)
        if self.mood == "silent":
            return None
        if self.mood == "rubbish":
            return b"<html>Service en maintenance</html>"
        if self.mood == "refuses":
            return tsp.TimeStampResp({"status": {"status": "rejection"}}).dump()
        if self.mood == "other_digest":
            request["message_imprint"]["hashed_message"] = bytes(32)
        who = other() if self.mood == "not_a_tsa" else stamping()
        key = who.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        stamper = DummyTimeStamper(
            asn1_x509.Certificate.load(who.certificate.public_bytes(serialization.Encoding.DER)),
            keys.PrivateKeyInfo.load(key),
            fixed_dt=self.at,
        )
        return bytes(stamper.request_tsa_response(request).dump())


@contextmanager
def open_authority() -> Iterator[Authority]:
    """The authority answers on loopback inside the block."""
    authority = Authority()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = authority.answer(body)
            self.send_response(200 if answer is not None else 503)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer or b"")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
