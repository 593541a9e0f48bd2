"""To the contact of each company, the documents about its own people."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from certificates import kinds, mails
from certificates.enums import FileRole
from certificates.models import Document, DocumentBatch, DocumentFile
from core.domain import outbox
from core.domain.outbox import Attachment
from training.models import Company, Contact

#: Bytes of attachments that every mailbox takes; beyond, a second mail follows.
HEAVIEST = 8 * 1024 * 1024


def write_to_companies(
    *, batch: DocumentBatch, documents: Sequence[Document]
) -> tuple[int, list[tuple[str, str]]]:
    """Send each company what it may have; returns how many were written to, and who was not.

    A company receives what concerns the people whom it employs, for training that it or another
    else bought, never what a person bought alone. Taken up again, nothing leaves twice.
    """
    by_company = _by_company(documents)
    contacts = _contacts(by_company)
    unsent = []
    for company, own in by_company.items():
        contact = contacts.get(company.pk)
        if contact is None:
            unsent.append(
                (company.name, "Aucun contact qui suit le dossier n’a d’adresse électronique.")
            )
            continue
        parts = list(_parts(own))
        for rank, (some, attachments) in enumerate(parts, start=1):
            outbox.send(
                mail=mails.company_documents(contact, some, part=rank, parts=len(parts)),
                to_email=contact.email,
                to_name=contact.name,
                attachments=attachments,
                dedupe_key=f"batch:{batch.uuid}:{company.pk}:{rank}",
            )
    return len(by_company) - len(unsent), unsent


def _by_company(documents: Sequence[Document]) -> dict[Company, list[Document]]:
    allowed = {kind.code for kind in kinds.every() if kind.employer_receives}
    grouped: dict[Company, list[Document]] = defaultdict(list)
    for document in documents:
        enrolment = document.enrolment
        if document.kind not in allowed or enrolment is None or enrolment.employer is None:
            continue
        if enrolment.agreement.learner_id is None:
            grouped[enrolment.employer].append(document)
    return grouped


def _contacts(companies: dict[Company, list[Document]]) -> dict[int, Contact]:
    found = (
        Contact.objects.filter(company__in=companies, is_administration=True)
        .exclude(email="")
        .order_by("company", "-pk")
    )
    return {contact.company_id: contact for contact in found}


def _parts(documents: Sequence[Document]) -> Iterator[tuple[list[Document], list[Attachment]]]:
    """The documents, split where the attachments would weigh too much."""
    rows = {
        row.document_id: row
        for row in DocumentFile.objects.filter(
            document__in=[document.pk for document in documents], role=FileRole.ISSUED
        )
    }
    some: list[Document] = []
    attachments: list[Attachment] = []
    weight = 0
    for document in documents:
        row = rows[document.pk]
        if some and weight + row.size > HEAVIEST:
            yield some, attachments
            some, attachments, weight = [], [], 0
        some.append(document)
        attachments.append({"name": document.file_name, "key": row.key})
        weight += row.size
    if some:
        yield some, attachments
