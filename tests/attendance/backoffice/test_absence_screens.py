"""The follow-up of absences on the screens: office, trainer, and the person themself."""

import datetime as dt
import io

import pytest
import time_machine
from PIL import Image

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from attendance.domain.locking import lock_half_day
from attendance.domain.recording import record_absence
from attendance.enums import AbsenceDocumentState, FollowUpOutcome, FollowUpState
from attendance.models import AbsenceFollowUp, AbsenceGround, FollowedAbsence
from core.enums import MessageState
from core.models import JournalEntry, Message
from tests.attendance.people import at, room, typed
from tests.factories import EnrolmentFactory, HalfDayFactory, OrganisationFactory
from tests.follow_up_factories import AbsenceDocumentFactory, AbsenceFollowUpFactory
from training.enums import EnrolmentState

pytestmark = pytest.mark.django_db


def photo() -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("L", (40, 30), 200).save(stream, "JPEG")
    return SimpleUploadedFile("photo.jpg", stream.getvalue(), "image/jpeg")


def followed(**values) -> AbsenceFollowUp:
    """An absence of yesterday."""
    OrganisationFactory()
    follow_up = AbsenceFollowUpFactory(**values)
    FollowedAbsence.objects.create(
        follow_up=follow_up,
        enrolment=follow_up.enrolment,
        half_day=HalfDayFactory(
            session=follow_up.enrolment.session, day=timezone.localdate() - dt.timedelta(days=1)
        ),
    )
    return follow_up


def awaited(**values) -> AbsenceFollowUp:
    return followed(
        state=FollowUpState.AWAITED,
        asked_at=timezone.now(),
        due_on=timezone.localdate() + dt.timedelta(days=5),
        **values,
    )


def page_of(actor, follow_up) -> str:
    return actor.get(reverse("absences:inspect", args=[follow_up.pk])).content.decode()


def do(actor, name: str, pk: int, **data):
    return actor.post(reverse(f"absences:{name}", args=[pk]), data)


def test_the_office_finds_it_on_its_home_page_follows_it_and_closes_it(office):
    follow_up = followed()
    home = office.get("/gestion/").content.decode()
    url = reverse("absences:inspect", args=[follow_up.pk])
    assert url in home
    tab = reverse("session-attendance", args=[follow_up.enrolment.session_id])
    assert url in office.get(tab).content.decode()

    do(office, "ask", follow_up.pk)
    page = page_of(office, follow_up)
    assert "Justificatif attendu" in page
    assert "Aucun reçu. La personne peut en déposer" in page
    refused = do(office, "deposit", follow_up.pk, file=SimpleUploadedFile("a.svg", b"<svg/>"))
    assert refused.status_code == 422
    assert do(office, "deposit", follow_up.pk, file=photo()).status_code == 302
    document = follow_up.documents.get()
    do(office, "accept", document.pk)
    do(office, "note", follow_up.pk, kind="call", happened_on="2026-01-05", text="Jointe")
    ground = AbsenceGround.objects.get(code="personal")
    do(office, "ground", follow_up.pk, ground=ground.pk)
    assert do(office, "close", follow_up.pk, outcome="excused").status_code == 302
    page = page_of(office, follow_up)
    for words in ("Jointe", "Accepté", "Raison personnelle ou familiale", "Absence excusée"):
        assert words in page
    assert url not in office.get("/gestion/").content.decode()


def test_a_refused_action_says_why_and_keeps_what_was_typed(office):
    follow_up = followed()
    answer = do(office, "close", follow_up.pk, outcome="excused")
    assert answer.status_code == 422
    assert "Choisissez d’abord le motif" in answer.content.decode()
    answer = do(office, "note", follow_up.pk, kind="call", happened_on="", text="Gardé")
    assert answer.status_code == 422
    assert "Gardé" in answer.content.decode()


def test_leaving_is_one_action_from_the_follow_up(office):
    follow_up = followed()
    day = timezone.localdate() - dt.timedelta(days=1)
    form = office.get(reverse("absences:leave", args=[follow_up.pk])).content.decode()
    assert day.isoformat() in form
    do(office, "leave", follow_up.pk, on=day.isoformat(), reason="Nouvel emploi")
    follow_up.refresh_from_db()
    assert follow_up.outcome == FollowUpOutcome.DROPPED_OUT
    assert follow_up.enrolment.__class__.objects.get().state == EnrolmentState.DROPPED_OUT


def test_drafts_are_read_then_sent_from_the_page_or_set_aside(office):
    follow_up = followed()
    do(office, "notices", follow_up.pk)
    draft = Message.objects.get(state=MessageState.DRAFT)
    url = reverse("messages:send_draft", args=[draft.pk])
    assert url in page_of(office, follow_up)
    assert url in office.get("/gestion/").content.decode()
    form = office.get(url).content.decode()
    assert "suit pour votre structure" in form
    empty = office.post(url, {"to_email": "", "subject": "Objet gardé", "body_text": ""})
    assert empty.status_code == 422
    assert "Objet gardé" in empty.content.decode()
    office.post(url, {"to_email": "rh@example.org", "subject": "Absence", "body_text": "Relu."})
    draft.refresh_from_db()
    assert (draft.state, draft.to_email) == (MessageState.QUEUED, "rh@example.org")
    assert "n’est plus un brouillon" in office.get(url).content.decode()
    do(office, "notices", follow_up.pk)
    second = Message.objects.get(state=MessageState.DRAFT)
    office.post(reverse("messages:discard", args=[second.pk]))
    assert not Message.objects.filter(state=MessageState.DRAFT).exists()


def test_the_document_opens_for_whoever_checks_it_alone_and_each_reading_is_kept(
    office, pedagogy, quality
):
    document = AbsenceDocumentFactory(follow_up=followed())
    url = reverse("absences:file", args=[document.uuid])
    page = page_of(pedagogy, document.follow_up)
    assert url not in page
    assert "Seul le secrétariat peut l’ouvrir" in page
    for actor in (pedagogy, quality):
        assert actor.get(url).status_code == 302
    assert not JournalEntry.objects.filter(verb="absence.document_read").exists()
    answer = office.get(url)
    assert b"".join(answer) == b"%PDF-1.7 un justificatif"
    assert "no-store" in answer.headers["Cache-Control"]
    assert JournalEntry.objects.get(verb="absence.document_read").actor == office.user
    assert reverse("absences:index") not in quality.get("/gestion/").content.decode()


def test_the_list_costs_the_same_queries_whatever_its_rows(office, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = reverse("absences:index") + "?still=open"
    followed()
    office.get(url)  # what is computed once
    with CaptureQueriesContext(connection) as one:
        office.get(url)
    for _more in range(2):
        followed()
    with CaptureQueriesContext(connection) as three:
        page = office.get(url).content.decode()
    assert len(three) == len(one)
    assert page.count("À suivre</") >= 3


def test_the_list_is_filtered_by_what_is_still_open(office):
    opened = followed()
    closed = followed(
        state=FollowUpState.CLOSED, outcome=FollowUpOutcome.UNEXCUSED, closed_at=timezone.now()
    )
    page = office.get(reverse("absences:index") + "?still=closed").content.decode()
    assert str(closed.enrolment.learner) in page
    assert str(opened.enrolment.learner) not in page


# --- The person -----------------------------------------------------------------------------------


def test_the_person_deposits_a_photograph_from_their_space_with_their_phone(
    learner, other_learner, office
):
    follow_up = awaited(enrolment=EnrolmentFactory(learner=learner.person))
    url = reverse("portal:absence", args=[follow_up.uuid])
    assert url in learner.get(reverse("portal:home")).content.decode()
    assert url not in other_learner.get(reverse("portal:home")).content.decode()
    assert other_learner.get(url).status_code == 404
    assert other_learner.post(url, {"file": photo()}).status_code == 404
    page = learner.get(url).content.decode()
    assert "masquez tout ce qui parle de votre santé" in page
    assert "15 Mio au plus" in page
    assert learner.post(url, {}).status_code == 422
    refused = learner.post(url, {"file": SimpleUploadedFile("a.txt", b"bonjour")})
    assert refused.status_code == 422
    assert "Seuls les fichiers PDF" in refused.content.decode()
    assert learner.post(url, {"file": photo()}).status_code == 302
    document = follow_up.documents.get()
    assert (document.by_learner, document.state) == (True, AbsenceDocumentState.RECEIVED)
    assert "à vérifier" in learner.get(url).content.decode()


def test_too_late_the_person_is_told_so_and_to_whom_to_write(learner):
    follow_up = awaited(enrolment=EnrolmentFactory(learner=learner.person))
    follow_up.due_on = timezone.localdate() - dt.timedelta(days=1)
    follow_up.save()
    url = reverse("portal:absence", args=[follow_up.uuid])
    page = learner.get(url).content.decode()
    assert "le délai donné allait jusqu’au" in page
    assert 'type="file"' not in page
    assert "formation@example.org" in page
    answer = learner.post(url, {"file": photo()})
    assert answer.status_code == 422
    assert not follow_up.documents.exists()


# --- The trainer ----------------------------------------------------------------------------------


def test_the_trainer_reads_that_the_office_follows_it_and_nothing_of_why(trainer):
    OrganisationFactory()
    place = room(1)
    with time_machine.travel(at(12, 25), tick=False):
        place.half_day.assignments.update(trainer=trainer.person)
        record_absence(
            half_day=place.half_day,
            enrolment=place.enrolments[0],
            absence_reason="family",
            actor=trainer.user,
        )
        lock_half_day(
            half_day=place.half_day,
            trainer=trainer.person,
            actor=trainer.user,
            signature=typed(str(trainer.person)),
        )
    url = reverse("portal:half-day", args=[place.half_day.pk])
    page = trainer.get(url).content.decode()
    assert "suivie par le secrétariat" in page
    assert "raison personnelle" not in page.lower()
    follow_up = AbsenceFollowUp.objects.get()
    assert trainer.get(reverse("absences:inspect", args=[follow_up.pk])).status_code == 302
