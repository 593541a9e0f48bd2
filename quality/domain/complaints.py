"""Complaints: received, acknowledged (indicator 31)."""

import uuid

from django.db import transaction
from django.utils import timezone

from core.domain import journal, outbox, private_files
from core.models import Organisation
from quality import mails
from quality.enums import ComplaintAuthor, ComplaintChannel
from quality.models import Complaint
from training.models import TrainingSession


def receive(
    *,
    author_kind: str,
    text: str,
    author_name: str = "",
    email: str = "",
    phone: str = "",
    concerns: str = "",
    expectation: str = "",
    file_name: str = "",
    content: bytes = b"",
    key: uuid.UUID | None = None,
) -> Complaint:
    """Keep a complaint, acknowledge it by mail where that can be done, and notify the team.

    A complaint may be without a name or an e-mail address: it is kept all the same. When
    `concerns` is the code of a session, the complaint is tied to it. The file goes to the private
    storage before the transaction, and is taken away if the transaction fails or the `key` came
    twice. Raises `DomainError` as `core.domain.private_files.keep`.
    """
    file_key = ""
    if content:
        file_key = private_files.keep(content=content, folder="complaint").key
    kept = False
    try:
        with transaction.atomic():
            complaint, kept = Complaint.objects.get_or_create(
                key=key or uuid.uuid4(),
                defaults={
                    "channel": ComplaintChannel.WEB,
                    "author_kind": ComplaintAuthor(author_kind),
                    "author_name": author_name,
                    "email": email,
                    "phone": phone,
                    "concerns": concerns,
                    "session": TrainingSession.objects.filter(code__iexact=concerns).first()
                    if concerns
                    else None,
                    "text": text,
                    "expectation": expectation,
                    "file_key": file_key,
                    "file_name": file_name if file_key else "",
                },
            )
            if kept:
                _tell(complaint)
    finally:
        if file_key and not kept:
            private_files.discard(file_key)
    return complaint


def _tell(complaint: Complaint) -> None:
    """The journal, the person, the team; inside the transaction."""
    journal.record(
        actor=None, verb="complaint.received", subject=complaint, session_id=complaint.session_id
    )
    if complaint.email:
        outbox.send(
            mail=mails.complaint_received(complaint),
            to_email=complaint.email,
            to_name=complaint.author_name,
        )
        complaint.acknowledged_at = timezone.now()
        complaint.save(update_fields=["acknowledged_at"])
    organisation = Organisation.load()
    if organisation.email:
        outbox.send(mail=mails.complaint_to_team(complaint), to_email=organisation.email)
