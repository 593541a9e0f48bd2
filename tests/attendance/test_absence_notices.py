"""What others are sent of absences, and when what was kept of them goes."""

import datetime as dt

import pytest

from django.core.files.storage import storages

from attendance.domain.absences import documents, notes, notices
from attendance.enums import NoteKind
from attendance.tasks import erase_attendance_details
from core.domain import outbox
from core.enums import MessageState
from core.exceptions import DomainError
from core.models import JournalEntry, Message
from tests.attendance.absent import picture
from tests.attendance.people import DAY
from tests.factories import (
    ContactFactory,
    FunderFactory,
)
from tests.follow_up_factories import AbsenceGroundFactory
from tests.mails import opened
from training.enums import FundingScheme
from training.models import FundingLine

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("next_day")]


def verbs() -> list[str]:
    return list(
        JournalEntry.objects.filter(verb__startswith="absence.").values_list("verb", flat=True)
    )


# --- Notices --------------------------------------------------------------------------------------


def test_notices_are_drafts_that_say_what_was_missed_and_never_why(place, follow_up, clerk):
    enrolment = place.enrolments[0]
    ContactFactory(
        company=enrolment.agreement.company, email="rh@example.org", is_administration=True
    )
    FundingLine.objects.create(
        agreement=enrolment.agreement,
        payer_funder=FunderFactory(name="Ocapiat d’essai"),
        scheme=FundingScheme.SKILLS_PLAN,
        file_number="D-77",
    )
    ground = AbsenceGroundFactory(label="Convocation au tribunal")
    notes.choose_ground(follow_up=follow_up, ground=ground, actor=clerk)
    notes.add_note(
        follow_up=follow_up, kind=NoteKind.CALL, happened_on=DAY, text="Grippe", actor=clerk
    )
    drafts = notices.prepare_notices(follow_up=follow_up, actor=clerk)
    assert notices.prepare_notices(follow_up=follow_up, actor=clerk) == drafts
    company, funder = drafts
    assert company.to_email == "rh@example.org"
    assert funder.to_name == "Ocapiat d’essai"
    assert "L6353-10" in opened(funder).body_text
    assert "D-77" in funder.subject
    for draft in drafts:
        assert "jeudi 14\u00a0janvier 2027, matin" in opened(draft).body_text
        everything = draft.subject + draft.body_text + draft.body_html
        assert not any(word in everything for word in ("tribunal", "Grippe", "Non connue"))
    outbox.deliver_due()
    outbox.sweep()
    assert {draft.state for draft in Message.objects.filter(pk__in=[d.pk for d in drafts])} == {
        MessageState.DRAFT
    }


def test_a_draft_is_read_changed_and_sent_or_discarded_once(follow_up, clerk, mailoutbox):
    draft = notices.prepare_notices(follow_up=follow_up, actor=clerk)[0]
    outbox.send_draft(
        message=draft,
        to_email="chef@example.org",
        subject="Absence",
        body_text="Bonjour, un mot de plus.",
        actor=clerk,
    )
    assert (draft.state, draft.body_html) == (MessageState.QUEUED, "")
    outbox.deliver_due()
    sent = [mail.body for mail in mailoutbox if mail.to == ["chef@example.org"]]
    assert sent == ["Bonjour, un mot de plus.\n"]
    with pytest.raises(DomainError) as refusal:
        outbox.discard_draft(message=draft, actor=clerk)
    assert refusal.value.code == "message_not_draft"
    second = notices.prepare_notices(follow_up=follow_up, actor=clerk)[0]
    outbox.discard_draft(message=second, actor=clerk)
    assert second.state == MessageState.DISCARDED
    assert outbox.deliver_due() == 0


# --- Retention ------------------------------------------------------------------------------------


def test_files_then_words_are_erased_when_their_time_is_up_and_the_trace_stays(
    place, follow_up, clerk, next_day
):
    document = documents.deposit(
        follow_up=follow_up, content=picture(), actor=clerk, by_learner=False
    )
    notes.add_note(
        follow_up=follow_up, kind=NoteKind.CALL, happened_on=DAY, text="Mots", actor=clerk
    )
    key = document.key
    next_day.move_to(dt.datetime(2028, 1, 14, 12, tzinfo=dt.UTC))
    erase_attendance_details()
    assert storages["private"].exists(key)
    next_day.move_to(dt.datetime(2028, 1, 15, 12, tzinfo=dt.UTC))
    for _twice in range(2):
        erase_attendance_details()
    assert not storages["private"].exists(key)
    document.refresh_from_db()
    assert (document.key, len(document.sha256)) == ("", 64)
    assert document.erased_at is not None
    note = follow_up.notes.get()
    assert note.text == "Mots"
    next_day.move_to(dt.datetime(2030, 1, 20, 12, tzinfo=dt.UTC))
    erase_attendance_details()
    note.refresh_from_db()
    assert (note.text, note.kind, note.happened_on) == ("", NoteKind.CALL, DAY)
    assert verbs().count("absence.document_erased") == 1
    assert verbs().count("absence.notes_erased") == 1
