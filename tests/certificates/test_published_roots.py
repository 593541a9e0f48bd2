"""A root each day over all evidence: written once, published, never rewritten quietly."""

import datetime as dt
import json
from io import StringIO

import pytest
import time_machine

from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from attendance.domain import receipts
from attendance.domain.verification import verify_chain
from attendance.models import AttendanceEvent, AttendanceReceipt
from certificates import kinds
from certificates.domain.issuing import requests
from certificates.domain.issuing.subjects import About
from certificates.domain.proofs import checking, publishing, sources
from certificates.models import (
    Document,
    DocumentFile,
    EvidenceLeaf,
    IntegrityCheck,
    PublishedRoot,
)
from certificates.tasks import publish_root, request_weekly_check
from core.models import Message
from core.registry import registry
from tests.attendance.people import at, room
from tests.certificates.rewriting import (
    change,
    forget_the_roots,
    past_the_triggers,
    rebuild_chain,
    rows,
)
from tests.certificates.sessions import certificate_of, completed_session
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def publish(day: int = 15, hour: int = 0) -> PublishedRoot:
    root = publishing.publish_due(at=at(hour, 5, day=day))
    assert root is not None
    return root


@pytest.fixture
def here():
    """Two presences on 14 January, under the root of the 15th."""
    with time_machine.travel(at(10), tick=False):
        place = room(3)
        place.sign(place.enrolments[0])
        place.sign(place.enrolments[1])
    publish()
    return place


def test_a_root_is_published_once_a_day_whatever_the_hour_and_the_number_of_tries(here):
    for hour in (0, 3, 23):
        assert publishing.publish_due(at=at(hour, 10, day=15)) is None
    assert publish(day=16).number == 2
    # The clock went back: that day has its root, or a later one has.
    assert publishing.publish_due(at=at(12, day=15)) is None
    assert [root.day.day for root in PublishedRoot.objects.all()] == [15, 16]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_workers_that_publish_at_the_same_instant_write_one_root():
    answers = at_once([lambda: publishing.publish_due(at=at(1, day=15))] * 4)
    assert sorted(type(answer).__name__ for answer in answers) == [
        *["NoneType"] * 3,
        "PublishedRoot",
    ]
    assert PublishedRoot.objects.count() == 1
    assert checking.faults() == []


def test_the_day_is_that_of_the_organisation_not_of_greenwich(here):
    # Half past midnight in Paris, still the day before in UTC.
    assert publish(day=20).day.isoformat() == "2027-01-20"


def test_the_scheduled_task_publishes_and_asks_no_one_when_no_authority_is_set(settings):
    settings.TIMESTAMP_URL = ""
    publish_root()
    publish_root()
    assert PublishedRoot.objects.count() == 1


def test_each_root_carries_the_one_before_and_a_quiet_day_has_its_own():
    first, second = publish(day=15), publish(day=16)
    assert (first.previous, second.previous) == ("", first.line)
    assert second.root != first.root
    assert checking.faults() == []


def test_what_is_published_tells_nothing_of_how_much_happened(here, anonymous):
    quiet = publish(day=16)
    with time_machine.travel(at(11), tick=False):
        here.sign(here.enrolments[2])
    busy = publish(day=17)
    assert quiet.size - PublishedRoot.objects.get(number=1).size == busy.size - quiet.size == 64
    published = anonymous.get("/preuves/racines.json").content.decode()
    leaf = EvidenceLeaf.objects.first()
    for secret in (leaf.root.secret, str(leaf.identifier), leaf.digest, here.session.code):
        assert secret not in published


def test_a_chain_that_grows_gets_a_leaf_at_its_new_length_and_keeps_the_old_one(here):
    with time_machine.travel(at(11), tick=False):
        here.sign(here.enrolments[2])
    publish(day=16)
    publish(day=17)
    leaves = EvidenceLeaf.objects.filter(kind=sources.ATTENDANCE_CHAIN)
    assert [leaf.rank for leaf in leaves] == [2, 3]
    first = AttendanceEvent.objects.get(sequence=1)
    assert {leaf.identifier for leaf in leaves} == {first.pk}
    assert verify_chain(session=here.session).ok
    assert checking.faults() == []


def test_every_append_only_chain_and_every_issued_file_is_among_the_sources():
    covered = {source.model for source in sources.registered()}
    chains = {
        model
        for model in apps.get_models()
        if any(field.name == "prev_hash" for field in model._meta.get_fields())
    }
    assert chains == {AttendanceEvent}
    assert chains | {DocumentFile} <= covered


# --- Rewriting the past ---------------------------------------------------------------------------


def verified(*arguments: str) -> str:
    """What `verify_attendance` says; the fault when it refuses."""
    out = StringIO()
    try:
        call_command("verify_attendance", *arguments, stdout=out, stderr=out)
    except CommandError as error:
        return f"REFUSED with {error.returncode}: {out.getvalue()}{error}"
    return out.getvalue()


def test_a_chain_built_again_from_an_altered_event_is_refused(here, monkeypatch):
    rebuild_chain(here.session, rank=1, received_at=at(8, 30))
    report = verify_chain(session=here.session)
    assert not report.ok
    assert report.first_broken == 2
    assert "la racine publiée le 15\u00a0janvier 2027" in report.message
    assert verified().startswith("REFUSED with 1")
    # Each later hash is right again: nothing but the published root says so.
    monkeypatch.setattr(registry, "published_heads", [])
    monkeypatch.setattr(registry, "evidence_checks", [])
    assert verify_chain(session=here.session).ok
    assert "Aucune rupture" in verified()


def test_roots_published_again_over_the_altered_chain_are_refused_by_a_list_kept_elsewhere(
    here, anonymous, tmp_path
):
    kept = tmp_path / "racines.json"
    kept.write_bytes(anonymous.get("/preuves/racines.json").content)
    assert "Aucune rupture" in verified("--roots", str(kept))
    rebuild_chain(here.session, rank=1, received_at=at(8, 30))
    forget_the_roots()
    publish()
    # Whole and coherent: the database alone cannot tell.
    assert "Aucune rupture" in verified()
    answer = verified("--roots", str(kept))
    assert answer.startswith("REFUSED with 1")
    assert "récrit" in answer
    assert "n°\u00a01 du 2027-01-15" in answer


def test_a_list_with_more_roots_than_the_database_is_refused(here, anonymous, tmp_path):
    publish(day=16)
    kept = tmp_path / "racines.json"
    kept.write_bytes(anonymous.get("/preuves/racines.json").content)
    with past_the_triggers():
        rows(EvidenceLeaf).filter(root__number=2).delete()
        rows(PublishedRoot).filter(number=2).delete()
    assert "manque ici" in verified("--roots", str(kept))


@pytest.mark.parametrize("content", ["", "[]", '{"roots": [{"number": 1}]}', '{"roots": 3}'])
def test_a_file_that_is_no_list_of_roots_is_refused(here, tmp_path, content):
    path = tmp_path / "racines.json"
    path.write_text(content)
    assert "ne peut pas servir" in verified("--roots", str(path))


def test_a_list_whose_line_was_changed_is_refused(here, anonymous, tmp_path):
    content = json.loads(anonymous.get("/preuves/racines.json").content)
    content["roots"][0]["date"] = "2027-01-13"
    path = tmp_path / "racines.json"
    path.write_text(json.dumps(content))
    assert "a été modifiée" in verified("--roots", str(path))


def test_an_end_cut_off_is_refused_without_any_anchor(here):
    with past_the_triggers():
        last = rows(AttendanceEvent).get(session=here.session, sequence=2)
        here.session.half_days.get().marks.filter(event_id=last.pk).delete()
        last.__class__.details.related.related_model.objects.filter(event=last).delete()
        rows(AttendanceEvent).filter(pk=last.pk).delete()
    report = verify_chain(session=here.session)
    assert not report.ok
    assert "la fin de la chaîne manque" in report.message
    assert "couvre l’événement n°\u00a02" in report.message


def test_a_chain_of_other_events_under_the_same_session_is_refused(here):
    other = AttendanceEvent.objects.get(sequence=2)
    change(EvidenceLeaf, {"identifier": other.pk}, kind=sources.ATTENDANCE_CHAIN)
    assert not verify_chain(session=here.session).ok
    assert any("n’est pas celle que couvre" in fault for fault in checking.faults())


@pytest.mark.parametrize(
    ("model", "values", "words"),
    [
        (EvidenceLeaf, {"digest": "0" * 64}, "feuilles ont été modifiées"),
        (EvidenceLeaf, {"rank": 1}, "feuilles ont été modifiées"),
        (EvidenceLeaf, {"index": 10**6}, "feuilles ont été modifiées"),
        (PublishedRoot, {"root": "0" * 64}, "n’est pas celle de ses feuilles"),
        (PublishedRoot, {"line": "0" * 64}, "sa ligne a été modifiée"),
        (PublishedRoot, {"day": "2027-01-14"}, "sa ligne a été modifiée"),
        (PublishedRoot, {"secret": "0" * 64}, "feuilles ont été modifiées"),
        (PublishedRoot, {"size": 128}, "feuilles ont été modifiées"),
        (PublishedRoot, {"hashes": b"\x00" * 64 * 32}, "empreintes gardées"),
        (PublishedRoot, {"number": 2, "previous": "1" * 64}, "manque avant elle"),
    ],
)
def test_one_changed_column_of_what_was_published_is_named(here, model, values, words):
    assert checking.faults() == []
    change(model, values, pk=model.objects.get().pk)
    faults = " ; ".join(checking.faults())
    assert words in faults
    assert verified().startswith("REFUSED with 1")


def test_a_leaf_taken_away_is_named(here):
    with past_the_triggers():
        rows(EvidenceLeaf).all().delete()
    assert "n’est pas celle de ses feuilles" in " ".join(checking.faults())


# --- Documents ------------------------------------------------------------------------------------


@pytest.fixture
def certificate(run_jobs) -> Document:
    session = completed_session(people=1)
    run_jobs()
    return certificate_of(session.enrolments.get())


def test_the_integrity_check_names_a_document_whose_digest_was_rewritten(certificate, run_jobs):
    publish_root()
    request_weekly_check()
    run_jobs()
    first = IntegrityCheck.objects.latest("pk")
    assert (first.found, first.evidence_faults) == (0, [])
    assert first.chains_read == 1
    change(DocumentFile, {"sha256": "0" * 64}, document=certificate)
    # Asked each night, done once a week.
    request_weekly_check()
    assert IntegrityCheck.objects.count() == 1
    IntegrityCheck.objects.update(requested_at=timezone.now() - dt.timedelta(days=7))
    request_weekly_check()
    run_jobs()
    second = IntegrityCheck.objects.latest("pk")
    assert "l’empreinte du fichier n’est pas celle que couvre" in second.evidence_faults[0]
    with pytest.raises(CommandError):
        call_command("verify_documents", stdout=StringIO(), stderr=StringIO())


def test_the_integrity_check_names_a_chain_that_was_built_again(certificate, run_jobs, quality):
    publish_root()
    rebuild_chain(certificate.session, rank=1, method="drawn")
    request_weekly_check()
    run_jobs()
    check = IntegrityCheck.objects.get()
    assert any("racine publiée" in fault for fault in check.evidence_faults)
    page = quality.get(f"/gestion/registre/integrite/{check.uuid}/").content.decode()
    assert "racine publiée" in page


def test_a_sheet_prints_the_last_root_and_is_not_issued_anew_because_of_the_next(
    certificate, run_jobs
):
    sheet = Document.objects.issued().get(kind=kinds.ATTENDANCE_SHEET)
    assert sheet.context["last_root"] == ""
    root = publishing.publish_due(at=sheet.issued_at)
    assert root is not None
    about = About.of(sheet)
    same, is_new = requests.up_to_date(
        kind=sheet.kind, about=about, actor=None, reason="Nouvelle demande"
    )
    assert (same.pk, is_new) == (sheet.pk, False)
    context, _day = about.freeze(sheet.kind, None)
    assert root.short in context["last_root"]


def test_a_receipt_carries_the_root_published_before_it_and_its_page_keeps_it(
    here, anonymous, run_jobs
):
    with time_machine.travel(at(13, day=15), tick=False):
        assert receipts.send_due_receipts(at=at(13, day=15)) == 3
        receipt = AttendanceReceipt.objects.filter(message__isnull=False).first()
        message = Message.objects.get(pk=receipt.message_id)
        root = PublishedRoot.objects.get()
        assert root.short in message.context["last_root"]
        link = message.context["url"].split("//", 1)[1]
        path = link[link.index("/") :]
        publish(day=16)
        page = anonymous.get(path).content.decode()
    assert root.short in page
