"""The electronic seal: valid, invalid once a byte changes, dated by others or said not to be."""

import datetime as dt
import hashlib
import http.server
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator

import pikepdf
import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from certificates import kinds
from certificates.domain import files
from certificates.domain.issuing import lifecycle
from certificates.domain.rendering import engine
from certificates.domain.sealing import keys as seal_keys
from certificates.domain.sealing import pades, records
from certificates.enums import FileRole, SignedBy, TimestampState
from certificates.models import Document, DocumentFile, DocumentSeal
from core.exceptions import DomainError
from tests.certificates.sessions import (
    certificate_of,
    completed_session,
    issued_document,
    opened,
    stored_bytes,
    text_of,
)
from tests.factories import EnrolmentFactory

PAGE = "<html lang=fr><head><title>Essai</title></head><body><p>Bonjour</p></body></html>"


@pytest.fixture(scope="module")
def rendered() -> bytes:
    return engine.html_to_pdf(PAGE)


@pytest.fixture(scope="module")
def sealed(rendered) -> pades.Sealed:
    return pades.seal(rendered)


@pytest.fixture(autouse=True)
def _fresh_key() -> Iterator[None]:
    seal_keys.seal_key.cache_clear()
    pades._timestamps_rest_until = 0.0
    yield
    seal_keys.seal_key.cache_clear()


def test_the_seal_is_valid_and_covers_the_whole_file(sealed, rendered):
    check = pades.check(sealed.content, fingerprint=sealed.fingerprint)
    assert (check.is_valid, check.sentence) == (True, "")
    assert sealed.content.startswith(rendered)
    assert sealed.timestamp_state == TimestampState.NONE


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.999])
def test_one_changed_byte_invalidates_the_seal(sealed, share):
    changed = bytearray(sealed.content)
    changed[int(len(changed) * share)] ^= 1
    assert not pades.check(bytes(changed), fingerprint=sealed.fingerprint).is_valid


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda sealed, rendered: sealed.content + b"\n% ajout", "modifié"),
        (lambda sealed, rendered: rendered, "ne porte pas de cachet"),
        (lambda sealed, rendered: b"%PDF-1.7 rien", "ne peut pas être lu"),
    ],
)
def test_a_file_that_is_not_the_sealed_one_is_told_why(sealed, rendered, spoil, said):
    check = pades.check(spoil(sealed, rendered), fingerprint=sealed.fingerprint)
    assert not check.is_valid
    assert said in check.sentence


def test_a_seal_of_another_certificate_is_not_ours(sealed):
    check = pades.check(sealed.content, fingerprint="0" * 64)
    assert check.sentence == "le cachet n’est pas celui qui a été enregistré"


@pytest.mark.parametrize(
    "kind", [kind for kind in kinds.every() if kind.is_sealed_at_issue], ids=lambda kind: kind.code
)
def test_archival_and_accessible_marks_survive_the_seal(kind, tmp_path):
    document = Document(kind=kind.code, context=kind.sample(), issued_on=timezone.localdate())
    content = engine.render(document)
    whole = pades.seal(content).content
    before, after = opened(content), opened(whole)
    assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
    metadata = after.Root.Metadata.read_bytes()
    for mark in (b'pdfaid:part="3"', b'pdfaid:conformance="A"', b'pdfuaid:part="1"'):
        assert mark in metadata
    assert after.docinfo == before.docinfo
    assert (after.pdf_version, "/Version" in after.Root) == ("1.7", False)
    assert after.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in after.Root
    (field,) = after.Root.AcroForm.Fields
    # Printable (PDF/A) and outside the page (PDF/UA), on a page whose order of tabs is declared.
    assert int(field.F) & 0b111 == 0b100
    assert all(int(place) < 0 for place in field.Rect)
    assert after.pages[0].Tabs == pikepdf.Name.S
    path = tmp_path / "sealed.pdf"
    path.write_bytes(whole)
    subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
    assert "démonstration" in text_of(content)


# --- The key --------------------------------------------------------------------------------------


def test_the_demonstration_key_is_made_once_and_read_by_its_owner_alone(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    path = seal_keys.ensure_demonstration_seal()
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert seal_keys.ensure_demonstration_seal().read_bytes() == content
    assert [item.name for item in path.parent.iterdir()] == ["demonstration.p12"]
    key = seal_keys.seal_key()
    assert key.is_demonstration
    assert seal_keys.seal_sentence() == "Cachet de démonstration, sans valeur juridique"


def own_certificate(passphrase: bytes) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate("SCIC IDÉAL", key)
    return pkcs12.serialize_key_and_certificates(
        b"cachet", key, certificate, None, serialization.BestAvailableEncryption(passphrase)
    )


def test_the_seal_of_the_environment_is_not_a_demonstration(settings, tmp_path, rendered):
    path = tmp_path / "cachet.p12"
    path.write_bytes(own_certificate(b"secret"))
    settings.SEAL_FILE, settings.SEAL_PASSPHRASE = str(path), "secret"
    ours = pades.seal(rendered)
    assert (ours.subject, ours.is_demonstration) == ("SCIC IDÉAL", False)
    assert pades.check(ours.content, fingerprint=ours.fingerprint).is_valid
    assert seal_keys.seal_sentence() == "Cachet électronique : SCIC IDÉAL"


def test_a_seal_that_does_not_open_is_refused_in_french(settings, tmp_path):
    path = tmp_path / "cachet.p12"
    path.write_bytes(own_certificate(b"secret"))
    settings.SEAL_FILE, settings.SEAL_PASSPHRASE = str(path), "autre"
    with pytest.raises(DomainError) as refused:
        seal_keys.seal_key()
    assert refused.value.code == "seal_unreadable"


# --- The timestamp --------------------------------------------------------------------------------


def _certificate(name: str, key, *usages) -> x509.Certificate:
    names = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = timezone.now()
    builder = (
        x509.CertificateBuilder()
        .subject_name(names)
        .issuer_name(names)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(
            x509.KeyUsage(True, True, False, False, False, False, False, False, False), True
        )
    )
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=True)
    return builder.sign(key, hashes.SHA256())


@pytest.fixture(scope="module")
def stamper() -> DummyTimeStamper:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = _certificate("Horloge d’essai", key, ExtendedKeyUsageOID.TIME_STAMPING)
    return DummyTimeStamper(
        tsa_cert=asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        tsa_key=keys.PrivateKeyInfo.load(
            key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        ),
    )


@pytest.fixture
def authority(settings) -> Iterator[Callable[[Callable[[bytes], bytes]], list[int]]]:
    """Serves timestamps on the loopback: `authority(answer)` starts it."""
    servers = []

    def start(answer: Callable[[bytes], bytes]) -> list[int]:
        asked: list[int] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked.append(1)
                body = answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                """Nothing on the error output."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        settings.SEAL_TIMESTAMP = f"http://127.0.0.1:{server.server_port}/"
        return asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_an_authority_dates_the_seal(rendered, stamper, authority):
    authority(lambda body: stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump())
    stamped = pades.seal(rendered)
    assert stamped.timestamp_state == TimestampState.DONE
    assert stamped.timestamp_authority == "Horloge d’essai"
    assert abs((timezone.now() - stamped.timestamped_at).total_seconds()) < 60
    check = pades.check(stamped.content, fingerprint=stamped.fingerprint)
    assert check.is_valid
    assert check.is_timestamped


@pytest.mark.parametrize(
    "answer",
    [
        lambda stamper, body: b"panne",
        # A token about something else than what was sent.
        lambda stamper, body: stamper.request_tsa_response(_about_something_else(body)).dump(),
    ],
    ids=["no token", "token of another file"],
)
def test_a_wrong_answer_leaves_the_seal_without_a_date(rendered, stamper, authority, answer):
    asked = authority(lambda body: answer(stamper, body))
    plain = pades.seal(rendered)
    assert plain.timestamp_state == TimestampState.FAILED
    assert plain.timestamped_at is None
    assert plain.timestamp_failure
    check = pades.check(plain.content, fingerprint=plain.fingerprint)
    assert check.is_valid
    assert not check.is_timestamped
    # The next documents do not wait for an authority that is down.
    assert pades.seal(rendered).timestamp_state == TimestampState.FAILED
    assert len(asked) == 1


def _about_something_else(body: bytes) -> tsp.TimeStampReq:
    request = tsp.TimeStampReq.load(body)
    request["message_imprint"]["hashed_message"] = hashlib.sha256(b"autre chose").digest()
    return tsp.TimeStampReq.load(request.dump(force=True))


def test_an_authority_that_is_away_leaves_the_seal_without_a_date(rendered, settings):
    settings.SEAL_TIMESTAMP = "http://127.0.0.1:9/"
    assert pades.seal(rendered).timestamp_state == TimestampState.FAILED


# --- Documents ------------------------------------------------------------------------------------


@pytest.fixture
def light_kind(monkeypatch) -> kinds.DocumentKind:
    """A kind signed by both parties, whose page is rendered in no time."""
    base = kinds.get(kinds.CERTIFICATE)
    kind = kinds.DocumentKind(
        code="accord",
        title="Accord",
        slug="accord",
        prefix="AC",
        template=base.template,
        context=base.context,
        sample=base.sample,
        signed_by=SignedBy.BOTH,
    )
    monkeypatch.setitem(kinds._kinds, kind.code, kind)
    return kind


@pytest.mark.django_db
def test_an_issued_document_says_how_it_was_sealed(run_jobs, anonymous, settings):
    settings.SEAL_TIMESTAMP = "http://127.0.0.1:9/"
    session = completed_session(people=1)
    run_jobs()
    document = certificate_of(session.enrolments.get())
    seal = document.seal
    assert seal.is_demonstration
    assert seal.timestamp_state == TimestampState.FAILED
    assert seal.file == document.files.get()
    assert pades.check(stored_bytes(document), fingerprint=seal.fingerprint).is_valid
    page = anonymous.get(f"/documents/verifier/{document.token}/").content.decode()
    assert "Cachet de démonstration, sans valeur juridique, non horodaté" in page
    assert DocumentSeal.objects.count() == Document.objects.count()


@pytest.mark.django_db
def test_what_both_parties_sign_is_sealed_once_after_the_last_signature(light_kind, rendered):
    document = issued_document(EnrolmentFactory(), kind=light_kind.code)
    file = records.seal_signed(document=document, signed_pdf=rendered, actor=None)
    assert file.role == FileRole.SIGNED
    assert pades.check(files.read(file.key), fingerprint=document.seal.fingerprint).is_valid
    assert lifecycle._seal(document, rendered) is None
    with pytest.raises(DomainError) as refused:
        records.seal_signed(document=document, signed_pdf=rendered, actor=None)
    assert refused.value.code == "already_sealed"
    assert DocumentFile.objects.filter(document=document).count() == 2


@pytest.mark.django_db
def test_what_the_organisation_signs_alone_waits_for_nobody(rendered):
    document = issued_document(EnrolmentFactory())
    with pytest.raises(DomainError) as refused:
        records.seal_signed(document=document, signed_pdf=rendered, actor=None)
    assert refused.value.code == "not_signed_by_both"


@pytest.mark.django_db
def test_the_check_of_stored_files_reads_the_seals_too(sealed, capsys):
    document = issued_document(EnrolmentFactory())
    file = document.files.get()
    records.seal_row(file=file, sealed=sealed).save()
    with pytest.raises(CommandError):
        call_command("verify_documents")
    assert "le cachet ne peut pas être lu" in capsys.readouterr().err
