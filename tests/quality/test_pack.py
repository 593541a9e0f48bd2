"""The audit pack: what is in it, what is not, and that it can be verified without us."""

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from certificates.models import DocumentFile
from core.exceptions import DomainError
from core.models import Message
from quality.domain.pack.selection import Selection, resolve
from tests.follow_up_factories import (
    AbsenceDocumentFactory,
    AbsenceFollowUpFactory,
    AbsenceGroundFactory,
)
from tests.quality import scenario
from tests.quality.packs import CODE, one, rows, unpacked, verify, zipped
from training.domain.programmes import content_hash
from training.models import Adaptation, Learner, TrainingSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> TrainingSession:
    return scenario.delivered_session(code=CODE)


# --- What is in it --------------------------------------------------------------------------------


def test_the_pack_holds_each_piece_once_and_lists_it(
    session: TrainingSession, tmp_path: Path
) -> None:
    root = unpacked(tmp_path)
    manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    on_disk = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    listed = [item["path"] for item in manifest["files"]]
    assert len(listed) == len(set(listed))
    assert set(listed) == on_disk - {"manifest.json", "manifest.sha256"}
    assert {
        "00_LISEZ-MOI.html",
        "index.html",
        "index.csv",
        "manquants.csv",
        "coherence.csv",
        "style.css",
        "verify.py",
        "9_journal/journal.csv",
    } <= on_disk
    folders = {path.parent.name for path in root.glob("3_sessions/*/*/*")}
    assert folders == {
        "01_conception",
        "02_contractualisation",
        "03_convocation",
        "04_positionnement",
        "05_emargement",
        "06_evaluations",
        "07_satisfaction",
        "08_attestations",
    }
    assert len(list(root.glob("3_sessions/*/08_attestations/*.pdf"))) == 3
    indexed = {(row["indicateur"], row["chemin"]) for row in rows(root / "index.csv")}
    sheet = one(root, "3_sessions/*/05_emargement/*.pdf").relative_to(root).as_posix()
    assert {("12", sheet), ("19", sheet)} <= indexed
    for row in rows(root / "index.csv"):
        content = (root / row["chemin"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"]


def test_the_stored_bytes_are_given_as_they_were_issued(
    session: TrainingSession, tmp_path: Path
) -> None:
    root = unpacked(tmp_path)
    stored = set(DocumentFile.objects.order_by("pk").values_list("sha256", flat=True))
    given = {hashlib.sha256(path.read_bytes()).hexdigest() for path in root.rglob("*.pdf")}
    assert given == stored


def test_the_programme_is_the_frozen_version(session: TrainingSession, tmp_path: Path) -> None:
    root = unpacked(tmp_path)
    content = one(root, "3_sessions/*/01_conception/*.json").read_bytes()
    version = session.programme_version
    assert hashlib.sha256(content).hexdigest() == version.sha256 == content_hash(version.content)


def test_gaps_are_listed_never_dropped(session: TrainingSession, tmp_path: Path) -> None:
    Message.objects.filter(enrolment=session.enrolments.order_by("pk").first()).delete()
    root = unpacked(tmp_path)
    gaps = {
        (row["indicateur"], row["session"], row["personne"]) for row in rows(root / "manquants.csv")
    }
    assert {("9", CODE, "A001"), ("19", CODE, ""), ("22", "", "")} <= gaps
    page = one(root, "1_par_indicateur/C3/I09_*/fiche.html").read_text(encoding="utf-8")
    assert "Convocation ou confirmation envoyée avant le début" in page
    assert "conforme" not in page


def test_a_missing_stored_file_is_listed_and_stops_nothing(
    session: TrainingSession, tmp_path: Path
) -> None:
    stored = DocumentFile.objects.filter(document__enrolment__isnull=False).order_by("pk").first()
    storages["private"].delete(stored.key)
    root = unpacked(tmp_path)
    assert len(list(root.glob("3_sessions/*/08_attestations/*.pdf"))) == 2
    lost = [row for row in rows(root / "manquants.csv") if row["constat"] == "Fichier absent"]
    assert [(row["indicateur"], row["personne"]) for row in lost] == [("11", "A001")]
    assert verify(root)[0] == 0


def test_a_stored_file_that_changed_since_its_issue_is_listed(
    session: TrainingSession, tmp_path: Path
) -> None:
    stored = DocumentFile.objects.filter(document__enrolment__isnull=False).order_by("pk").first()
    storages["private"].delete(stored.key)
    storages["private"].save(stored.key, ContentFile(b"%PDF-1.7 autre chose"))
    root = unpacked(tmp_path)
    changed = [row for row in rows(root / "manquants.csv") if "modifié" in row["constat"]]
    assert [row["personne"] for row in changed] == ["A001"]


def test_differences_between_pieces_are_listed(session: TrainingSession, tmp_path: Path) -> None:
    document = (
        DocumentFile.objects.filter(document__enrolment__isnull=False).order_by("pk")[0].document
    )
    document.context = {"title": "Un autre titre", "followed_minutes": 420}
    document.save()
    root = unpacked(tmp_path)
    found = {(row["sujet"], row["personne"]) for row in rows(root / "coherence.csv")}
    # The programme announces 14 h, the scenario plans two mornings.
    assert found == {("Durée", ""), ("Intitulé", "A001")}


@pytest.mark.parametrize("grid", ["RNQ-V9", "RNQ-V10"])
def test_the_pack_is_read_with_the_grid_that_was_chosen(
    session: TrainingSession, tmp_path: Path, grid: str
) -> None:
    root = unpacked(tmp_path, Selection(referential_id=grid, codes=(CODE,)))
    manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["referential"]["id"] == grid
    assert (
        len(list(root.glob("1_par_indicateur/*/*/fiche.html")))
        == {"RNQ-V9": 32, "RNQ-V10": 33}[grid]
    )


# --- Who is not in it -----------------------------------------------------------------------------


def test_no_learner_is_named_in_tables_paths_or_indexes(
    session: TrainingSession, tmp_path: Path
) -> None:
    named = Learner.objects.order_by("pk").first()
    named.first_name, named.last_name = "Élouan", "Le Quéré-Dùbois"
    named.save()
    enrolment = session.enrolments.get(learner=named)
    invitation = enrolment.invitations.get(questionnaire__kind="satisfaction")
    invitation.response.answers.filter(number=None).update(
        text="Élouan et M. LE QUERE DUBOIS ont aidé. "
        f"Écrivez-moi : {named.email} ou 06 12 34 56 78."
    )
    Adaptation.objects.create(enrolment=enrolment, request="Pause toutes les heures (diabète).")

    root = unpacked(tmp_path)

    tables = [*root.rglob("*.csv"), *root.rglob("*.json"), *root.rglob("*.jsonl")]
    pages = [root / "index.html", *root.rglob("fiche.html"), *root.rglob("00_synthese.html")]
    secrets = ["Élouan", "Elouan", "Quéré", "QUERE", "Dùbois", "DUBOIS", "06 12 34", "diabète"]
    secrets += Learner.objects.order_by("pk").values_list("email", flat=True)
    secrets += Learner.objects.order_by("pk").values_list("last_name", flat=True)
    for path in [*tables, *pages]:
        text = path.read_text(encoding="utf-8")
        assert [word for word in secrets if word in text] == [], path.name
    for path in root.rglob("*"):
        assert not any(word.lower() in str(path).lower() for word in secrets)
    answers = one(root, "3_sessions/*/07_satisfaction/*reponses*").read_text(encoding="utf-8")
    assert "ont aidé" in answers
    assert "[nom]" in answers


def test_what_shows_why_somebody_was_away_stays_out(
    session: TrainingSession, tmp_path: Path
) -> None:
    follow_up = AbsenceFollowUpFactory(
        enrolment=session.enrolments.order_by("pk").first(),
        ground=AbsenceGroundFactory(label="Convocation au tribunal"),
    )
    document = AbsenceDocumentFactory(follow_up=follow_up)
    follow_up.notes.create(kind="call", happened_on=session.opened_at, text="Parle de sa grippe")

    root = unpacked(tmp_path)

    everything = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
    for secret in ("un justificatif", document.sha256, "tribunal", "grippe"):
        assert secret.encode() not in everything


def test_details_of_signatures_and_secrets_stay_out(
    session: TrainingSession, tmp_path: Path
) -> None:
    Message.objects.create(
        kind="convocation",
        channel="mail",
        to_email="x@example.org",
        subject="Lien",
        body_text="https://example.org/emargement/secret-token",
        session=session,
        enrolment=session.enrolments.order_by("pk").first(),
        is_secret=True,
        state="sent",
        sent_at=scenario.BEFORE,
    )
    root = unpacked(tmp_path)
    everything = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
    for secret in (b"192.0.2.7", b"strokes", b"secret-token"):
        assert secret not in everything
    readme = (root / "00_LISEZ-MOI.html").read_text(encoding="utf-8")
    assert "Situations de handicap" in readme


def test_answers_cannot_be_linked_to_the_code_of_a_person(
    session: TrainingSession, tmp_path: Path
) -> None:
    root = unpacked(tmp_path)
    found = rows(one(root, "3_sessions/*/07_satisfaction/*reponses*"))
    assert {row["reponse"] for row in found} == {"R01", "R02", "R03"}
    assert "personne" not in found[0]


def test_a_formula_typed_by_somebody_is_defused(session: TrainingSession, tmp_path: Path) -> None:
    enrolment = session.enrolments.order_by("pk").first()
    invitation = enrolment.invitations.get(questionnaire__kind="satisfaction")
    invitation.response.answers.filter(number=None).update(text='=HYPERLINK("http://x")')
    root = unpacked(tmp_path)
    found = rows(one(root, "3_sessions/*/07_satisfaction/*reponses*"))
    assert '\'=HYPERLINK("http://x")' in {row["texte"] for row in found}


# --- Names, determinism ---------------------------------------------------------------------------


def test_names_are_plain_and_short_enough_for_windows(tmp_path: Path) -> None:
    code = "S/2026 – été n° 12, groupe de Lorient"[:30]
    scenario.delivered_session(code=code)
    content, _result = zipped(Selection(referential_id="RNQ-V10", codes=(code,)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for path in archive.namelist():
            assert path.isascii()
            assert " " not in path
            assert ":" not in path
            assert len(path) < 200
            assert all(len(part) < 100 for part in path.split("/"))


def test_two_packs_of_the_same_data_differ_only_by_the_time_of_the_manifest(
    session: TrainingSession,
) -> None:
    first, _ = zipped()
    again, _ = zipped()
    assert first == again
    later, _ = zipped(at=scenario.NOW + dt.timedelta(hours=3))
    with zipfile.ZipFile(io.BytesIO(first)) as a, zipfile.ZipFile(io.BytesIO(later)) as b:
        assert [(i.filename, i.date_time) for i in a.infolist()] == [
            (i.filename, i.date_time) for i in b.infolist()
        ]
        different = {name for name in a.namelist() if a.read(name) != b.read(name)}
        assert {Path(name).name for name in different} == {"manifest.json", "manifest.sha256"}
        old, new = (
            json.loads(archive.read(next(n for n in different if n.endswith(".json"))))
            for archive in (a, b)
        )
    assert {key for key in old if old[key] != new[key]} == {"created_at"}


def test_pdfs_are_stored_and_texts_deflated(session: TrainingSession) -> None:
    content, _ = zipped()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            expected = (
                zipfile.ZIP_STORED if info.filename.endswith(".pdf") else zipfile.ZIP_DEFLATED
            )
            assert info.compress_type == expected


# --- Which sessions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("selection", "code"),
    [
        (Selection(referential_id="RNQ-V10"), "selection_empty"),
        (Selection(referential_id="RNQ-V10", codes=("S-NON", CODE)), "session_unknown"),
        (
            Selection(referential_id="RNQ-V10", start=dt.date(2026, 9, 2), end=dt.date(2026, 9, 1)),
            "period_invalid",
        ),
        (
            Selection(referential_id="RNQ-V10", start=dt.date(2020, 1, 1), end=dt.date(2020, 2, 1)),
            "no_session",
        ),
    ],
)
def test_an_odd_selection_is_refused(
    session: TrainingSession, selection: Selection, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        resolve(selection)
    assert refused.value.code == code


def test_a_period_takes_the_sessions_held_in_it(session: TrainingSession) -> None:
    for start, end, expected in (
        (dt.date(2026, 9, 15), dt.date(2026, 9, 30), [session.pk]),
        (dt.date(2026, 9, 1), dt.date(2026, 9, 14), [session.pk]),
    ):
        assert resolve(Selection(referential_id="RNQ-V10", start=start, end=end)) == expected


@pytest.mark.parametrize("number", [1, 3])
def test_the_pack_reads_its_sessions_together(
    number: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for rank in range(number):
        scenario.delivered_session(learners=1, half_days=1, code=f"S-{rank}", with_files=False)
    period = Selection(
        referential_id="RNQ-V10", start=dt.date(2026, 9, 1), end=dt.date(2026, 9, 30)
    )
    # A few for the whole pack, then the chain (events, anchors, published heads, erasures,
    # closures), the satisfaction and the answers of each session.
    with django_assert_max_num_queries(23 + 14 * number):
        zipped(period)
