"""What others do with published roots: check a proof without us, date a root, witness it."""

import base64
import datetime as dt
import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from django.urls import reverse
from django.utils import timezone

from attendance.models import AttendanceEvent
from certificates.domain.proofs import (
    checking,
    listing,
    merkle,
    proving,
    publishing,
    records,
    stamping,
    witnesses,
    witnessing,
)
from certificates.models import (
    Document,
    PublishedRoot,
    RootTimestamp,
    WitnessedRoot,
    WitnessSignature,
)
from certificates.views.proofs import CHECKER, SIGNATURES_PER_HOUR
from core.domain.canonical import canonical_json, utc_text
from core.exceptions import DomainError
from tests.attendance.people import at, room
from tests.authority import open_authority, root
from tests.certificates.rewriting import change, forget_the_roots, rebuild_chain
from tests.certificates.sessions import issued_document, stored_bytes
from tests.factories import EnrolmentFactory

pytestmark = pytest.mark.django_db

LAST, LIST = "/preuves/derniere.json", "/preuves/racines.json"


def publish(*, days: int = 0) -> PublishedRoot:
    found = publishing.publish_due(at=timezone.now() + dt.timedelta(days=days))
    assert found is not None
    return found


# --- Proofs ---------------------------------------------------------------------------------------


@pytest.fixture
def document() -> Document:
    return issued_document(EnrolmentFactory())


@pytest.fixture
def files(document, anonymous, tmp_path) -> dict[str, Path]:
    """The document, its proof and the list of roots, downloaded after two nights."""
    publish()
    publish(days=1)
    contents = {
        "document.pdf": stored_bytes(document),
        "preuve.json": anonymous.get(proof_url(document)).content,
        "racines.json": anonymous.get(LIST).content,
        "verificateur.py": anonymous.get("/preuves/verificateur.py").content,
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def proof_url(document: Document) -> str:
    return reverse("certificates:proof", args=[document.token])


def check(files: dict[str, Path], *, what: str = "") -> tuple[int, str]:
    """The checker, run by a Python that knows nothing of us."""
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            str(files["verificateur.py"]),
            what or str(files["document.pdf"]),
            str(files["preuve.json"]),
            str(files["racines.json"]),
        ],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
    )
    return done.returncode, done.stdout + done.stderr


def test_a_document_is_proven_without_us(files):
    assert files["verificateur.py"].read_bytes() == CHECKER.read_bytes()
    status, words = check(files)
    assert (status, "PROUVÉ" in words) == (0, True)


def test_the_page_of_a_document_says_since_when_and_gives_its_proof(document, anonymous):
    page = reverse("certificates:verify", args=[document.token])
    assert anonymous.get(proof_url(document)).status_code == 404
    assert "la nuit prochaine" in anonymous.get(page).content.decode()
    publish()
    assert proof_url(document) in anonymous.get(page).content.decode()
    answer = anonymous.get(proof_url(document))
    assert answer.headers["Content-Type"] == "application/json"
    assert document.file_name.removesuffix(".pdf") in answer.headers["Content-Disposition"]
    assert anonymous.get("/documents/verifier/aaaa/preuve.json").status_code == 404


def edit(path: Path, function: Any) -> None:
    content = json.loads(path.read_bytes())
    function(content)
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("preuve.json", lambda it: it["leaf"].update(digest="0" * 64), "un autre document"),
        ("preuve.json", lambda it: it["leaf"].update(salt="0" * 64), "ne mène pas"),
        ("preuve.json", lambda it: it.update(index=it["index"] ^ 1), "ne mène pas"),
        ("preuve.json", lambda it: it.update(index=10**6), "ne mène pas"),
        ("preuve.json", lambda it: it["path"].pop(), "ne mène pas"),
        ("preuve.json", lambda it: it["path"].append("0" * 64), "ne mène pas"),
        ("preuve.json", lambda it: it["published"].update(line="0" * 64), "pas dans la liste"),
        ("racines.json", lambda it: it["roots"].pop(), "pas dans la liste"),
        ("racines.json", lambda it: it["roots"].pop(0), "ne suit pas"),
        ("racines.json", lambda it: it["roots"][0].update(root="0" * 64), "modifiée"),
        ("racines.json", lambda it: it["roots"][1].update(size=64), "modifiée"),
    ],
)
def test_a_proof_or_a_list_that_was_changed_is_refused(files, name, function, words):
    edit(files[name], function)
    status, said = check(files)
    assert status == 1
    assert words in said


def test_another_file_is_refused(files):
    files["document.pdf"].write_bytes(files["document.pdf"].read_bytes() + b" ")
    status, said = check(files)
    assert status == 1
    assert "un autre document" in said


def test_the_head_of_a_chain_is_proven_as_it_was_that_night_although_it_grew(files, anonymous):
    with time_machine.travel(at(10), tick=False):
        here = room(2)
        here.sign(here.enrolments[0])
        publishing.publish_due(at=timezone.now())
        here.sign(here.enrolments[1])
        (proof,) = proving.Prover().proofs(proving.chain_leaves([here.session.pk]))
    files["preuve.json"].write_bytes(canonical_json(proof))
    files["racines.json"].write_bytes(anonymous.get(LIST).content)
    first, second = AttendanceEvent.objects.filter(session=here.session).order_by("sequence")
    assert check(files, what=first.hash)[0] == 0
    assert check(files, what=second.hash)[0] == 1


def test_a_proof_shows_no_other_leaf(document):
    publish()
    proof = proving.proof_of_document(document)
    shown = json.dumps(proof)
    assert PublishedRoot.objects.get().secret not in shown
    leaf = merkle.leaf_hash(canonical_json(proof["leaf"]))
    assert merkle.root_from_path(
        leaf,
        index=proof["index"],
        size=proof["published"]["size"],
        path=[bytes.fromhex(item) for item in proof["path"]],
    ) == bytes.fromhex(PublishedRoot.objects.get().root)


def test_what_is_hashed_keeps_its_form_for_ever():
    """The first proofs given out must verify in twenty years: these never change."""
    record = {
        "date": "2027-01-15",
        "number": 1,
        "previous": "",
        "root": "ab" * 32,
        "size": 64,
        "version": 1,
    }
    values = {
        "secret": "cd" * 32,
        "kind": "document",
        "identifier": uuid.UUID(int=7),
        "rank": 1,
        "digest": "ef" * 32,
    }
    leaf = records.leaf_record(**values)
    assert records.leaf_hash(**values) == merkle.leaf_hash(canonical_json(leaf))
    said = witnesses.statement(
        witness="voisine", number=1, line="ab" * 32, seen_at=dt.datetime(2027, 1, 15, tzinfo=dt.UTC)
    )
    assert set(leaf) == {"id", "kind", "rank", "digest", "salt", "version"}
    assert [records.line_of(record), records.leaf_hash(**values).hex(), said.decode()] == [
        "7726bbca02053b4a11e25b40d29eff755e8c23751f63d40118b099401a078327",
        "55a6194193426c102ae7a16720f990ef6d693d8e5ca99f945a670e9362588e4f",
        '{"line":"' + "ab" * 32 + '","number":1,"purpose":"witnessed-root/1",'
        '"seen_at":"2027-01-15T00:00:00.000000Z","witness":"voisine"}',
    ]


# --- Pages ----------------------------------------------------------------------------------------


def test_the_public_page_lists_every_root_in_as_many_queries_for_three_as_for_one(
    anonymous, django_assert_num_queries
):
    assert "sera publiée la nuit prochaine" in anonymous.get("/preuves/").content.decode()
    first = publish()
    queries = 9
    with django_assert_num_queries(queries):
        page = anonymous.get("/preuves/").content.decode()
    assert first.short in page
    assert "Non horodatée." in page
    more = [publish(days=1), publish(days=2)]
    RootTimestamp.objects.create(root=first, error="no answer")
    with django_assert_num_queries(queries):
        anonymous.get(f"/preuves/{first.day.year}/")
    listed = json.loads(anonymous.get(LIST).content)["roots"]
    assert [item["root"] for item in listed] == [item.root for item in [first, *more]]
    assert json.loads(anonymous.get(LAST).content)["number"] == 3


def test_roots_stay_out_of_the_sitemap(anonymous):
    assert "preuves" not in anonymous.get("/sitemap.xml").content.decode()


# --- Timestamps -----------------------------------------------------------------------------------


@pytest.fixture
def authority(settings, tmp_path):
    with open_authority() as opened:
        settings.TIMESTAMP_URL = opened.url
        path = tmp_path / "root.pem"
        path.write_bytes(root().pem)
        settings.TIMESTAMP_CA_FILE = str(path)
        yield opened


def test_a_root_is_dated_by_the_authority_over_its_whole_line(authority, anonymous):
    published = publish()
    assert stamping.stamp_due(at=timezone.now()) == 1
    assert authority.asked == [bytes.fromhex(published.line)]
    stamp = RootTimestamp.objects.get()
    assert stamp.stamped_at == authority.at
    assert checking.faults() == []
    entry = json.loads(anonymous.get(LAST).content)["timestamp"]
    assert entry["at"] == utc_text(authority.at)
    token = anonymous.get(entry["token"])
    assert token.content == bytes(stamp.token)
    assert "Horodatée le 14\u00a0janvier 2027" in anonymous.get("/preuves/").content.decode()
    assert stamping.stamp_due(at=timezone.now()) == 0


@pytest.mark.parametrize("mood", ["silent", "rubbish", "refuses", "other_digest", "not_a_tsa"])
def test_a_root_that_the_authority_did_not_date_says_so_and_is_asked_for_again(
    authority, anonymous, quality, mood
):
    authority.mood = mood
    publish()
    publish(days=1)
    now = timezone.now()
    assert stamping.stamp_due(at=now) == 0
    # One request a round, not one a root; and none before a while.
    assert len(authority.asked) == 1
    assert stamping.stamp_due(at=timezone.now()) == 0
    assert len(authority.asked) == 1
    failed = RootTimestamp.objects.get()
    assert (failed.stamped_at, failed.token) == (None, None)
    assert json.loads(anonymous.get(LAST).content)["timestamp"] is None
    assert "Non horodatée" in anonymous.get("/preuves/").content.decode()
    screen = quality.get("/gestion/registre/integrite/racines/").content.decode()
    assert "L’autorité d’horodatage n’a pas répondu" in screen
    authority.mood = "well"
    assert stamping.stamp_due(at=failed.asked_at + stamping.FIRST_WAIT) == 2
    assert [row.is_stamped for row in listing.rows(year=failed.root.day.year)] == [True, True]


def test_waits_grow_with_the_failures_in_a_row_and_never_beyond_the_longest():
    published = publish()
    waits = []
    for _rank in range(12):
        row = RootTimestamp.objects.create(root=published, error="no answer")
        waits.append(stamping._not_before() - row.asked_at)
    assert waits[:3] == [stamping.FIRST_WAIT * 2**rank for rank in range(3)]
    assert waits[-1] == stamping.LONGEST_WAIT


def test_a_token_of_another_root_is_found_out(authority):
    published = publish()
    stamping.stamp_due(at=timezone.now())
    change(RootTimestamp, {"stamped_at": timezone.now()}, root=published)
    assert any("dit une autre date" in fault for fault in checking.faults())
    change(RootTimestamp, {"token": b"0000"}, root=published)
    assert any("n’est pas valable" in fault for fault in checking.faults())


# --- Witnesses ------------------------------------------------------------------------------------


KEY = Ed25519PrivateKey.from_private_bytes(b"une graine de trente-deux octets")
URL = "/preuves/temoins/voisine/"


@pytest.fixture
def voisine(settings) -> str:
    raw = KEY.public_key().public_bytes_raw()
    settings.PROOF_WITNESSES = {"voisine": base64.b64encode(raw).decode()}
    return "voisine"


def signed(published: PublishedRoot, *, key: Any = KEY, **other: Any) -> dict[str, Any]:
    said = {"number": published.number, "line": published.line, "seen_at": timezone.now(), **other}
    signature = key.sign(witnesses.statement(witness="voisine", **said))
    return {
        **said,
        "seen_at": utc_text(said["seen_at"]),
        "signature": base64.b64encode(signature).decode(),
    }


def post(client: Any, body: Any) -> Any:
    return client.post(URL, data=json.dumps(body), content_type="application/json")


def test_a_witness_s_signature_is_kept_once_and_shown_beside_the_root(voisine, anonymous):
    body = signed(publish())
    assert post(anonymous, body).status_code == 201
    assert post(anonymous, body).status_code == 200
    row = WitnessSignature.objects.get()
    (entry,) = json.loads(anonymous.get(LAST).content)["witnesses"]
    assert entry["witness"] == voisine
    # As anyone may check with the published file alone.
    assert witnesses.is_signed(
        public_key=entry["public_key"],
        signature=entry["signature"],
        witness=entry["witness"],
        number=row.root.number,
        line=row.root.line,
        seen_at=row.seen_at,
    )
    assert "Vue et signée par voisine" in anonymous.get("/preuves/").content.decode()
    assert checking.faults() == []


@pytest.mark.parametrize(
    ("change_of", "status"),
    [
        ({"number": 2}, 403),
        ({"line": "0" * 64}, 403),
        ({"seen_at": "2027-01-15T00:00:00.000000Z"}, 403),
        ({"seen_at": "hier"}, 400),
        ({"seen_at": "2999-01-15T00:00:00.000000Z"}, 400),
        ({"number": "1"}, 400),
        ({"line": None}, 400),
        ({"signature": "AAAA"}, 400),
        ({"signature": base64.b64encode(bytes(64)).decode()}, 403),
    ],
)
def test_what_is_not_the_witness_s_signature_is_refused(voisine, anonymous, change_of, status):
    body = {**signed(publish()), **change_of}
    with time_machine.travel(dt.datetime(2027, 6, 1, tzinfo=dt.UTC), tick=False):
        assert post(anonymous, body).status_code == status
    assert not WitnessSignature.objects.exists()


def test_a_witness_that_saw_another_root_is_told_that_it_is_not_ours(voisine, anonymous):
    published = publish()
    answer = post(anonymous, signed(published, line="0" * 64))
    assert answer.status_code == 409
    assert answer.json()["code"] == "unknown_root"


def test_strangers_and_long_messages_are_refused_and_tries_are_counted(voisine, anonymous):
    body = signed(publish())
    stranger = anonymous.post("/preuves/temoins/autre/", data="{}", content_type="text/plain")
    assert stranger.status_code == 404
    assert post(anonymous, {**body, "more": "x" * 5000}).status_code == 413
    statuses = {post(anonymous, body).status_code for _rank in range(SIGNATURES_PER_HOUR)}
    assert 429 in statuses


def test_a_signature_changed_afterwards_is_named(voisine, anonymous):
    post(anonymous, signed(publish()))
    change(WitnessSignature, {"seen_at": timezone.now()}, witness="voisine")
    assert any("du témoin voisine" in fault for fault in checking.faults())


@pytest.mark.django_db(transaction=True)
def test_two_installations_of_this_product_witness_one_another(settings, live_server, tmp_path):
    """This one signs its own roots through the network, as another would."""
    settings.DATA_DIR = tmp_path
    settings.PROOF_WITNESSES = {"voisine": witnessing.public_key()}
    with time_machine.travel(at(10), tick=False):
        here = room(1)
        here.sign(here.enrolments[0])
    first = publish()
    row = witnessing.witness(site=f"{live_server.url}/", name="voisine")
    assert (row.number, row.line) == (1, first.line)
    # Again the same day: the same signature, sent again.
    assert witnessing.witness(site=live_server.url, name="voisine").pk == row.pk
    publish(days=1)
    witnessing.witness(site=live_server.url, name="voisine")
    assert [signature.root.number for signature in WitnessSignature.objects.all()] == [1, 2]
    assert checking.faults() == []
    assert oct((tmp_path / "witness" / "ed25519.pem").stat().st_mode)[-3:] == "600"

    # The past is written again, and its roots with it.
    rebuild_chain(here.session, rank=1, method="drawn")
    forget_the_roots()
    publish()
    publish(days=1)
    with pytest.raises(DomainError) as refusal:
        witnessing.witness(site=live_server.url, name="voisine")
    assert refusal.value.code == "rewritten"
    assert WitnessedRoot.objects.count() == 2
    assert not WitnessSignature.objects.exists()
    assert list((tmp_path / "witness").glob("racines-*.json"))


@pytest.mark.parametrize("site", ["ftp://exemple.fr", "exemple.fr", "file:///etc/passwd"])
def test_a_witness_reads_sites_alone(site):
    with pytest.raises(DomainError) as refusal:
        witnessing.witness(site=site, name="voisine")
    assert refusal.value.code == "bad_site"
