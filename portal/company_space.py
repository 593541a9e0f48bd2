"""What a company's contact finds: the documents about the company's own people, no one else's."""

from dataclasses import dataclass, field

from certificates.domain.access import documents_of_companies
from certificates.models import Document
from training.domain.access import AnyUser
from training.models import Company, Contact


@dataclass
class CompanySpace:
    """One company of the user, with its documents in force, newest first."""

    company: Company
    documents: list[Document] = field(default_factory=list)


def companies_of(user: AnyUser) -> list[CompanySpace]:
    """The companies of which the user is a contact, in two queries."""
    if user.pk is None:  # a visitor: contacts without an account are not theirs
        return []
    contacts = (
        Contact.objects.filter(user_id=user.pk)
        .select_related("company")
        .order_by("company__sort_key", "pk")
    )
    spaces = {contact.company_id: CompanySpace(contact.company) for contact in contacts}
    if spaces:
        for document in documents_of_companies(user):
            company_id = document.company_id
            if company_id is None and document.agreement is not None:
                company_id = document.agreement.company_id
            if company_id in spaces:
                spaces[company_id].documents.append(document)
    return list(spaces.values())
