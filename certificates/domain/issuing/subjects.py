"""What a document is about, as one value that travels whole."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from certificates import kinds
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.domain.rendering.freezing import freeze
from certificates.models import Document
from core.domain.transitions import lock
from training.models import Agreement, Company, Enrolment, TrainingSession


@dataclass(frozen=True, kw_only=True)
class About:
    """What a document is about: a session, a person or a company's people in it, an agreement."""

    session: TrainingSession | None
    enrolment: Enrolment | None = None
    company: Company | None = None
    agreement: Agreement | None = None
    #: Which one, where a kind makes several about one subject: the month « 2026-11 »…
    variant: str = ""

    @classmethod
    def of(cls, document: Document) -> "About":
        """What an existing document is about."""
        return cls(
            session=document.session,
            enrolment=document.enrolment,
            company=document.company,
            agreement=document.agreement,
            variant=document.variant,
        )

    @property
    def key(self) -> str:
        """The same as one key, stored with the document: one in force per kind and key."""
        if self.enrolment:
            key = f"enrolment:{self.enrolment.pk}"
        elif self.agreement:
            key = f"agreement:{self.agreement.pk}"
        elif self.session:
            key = f"session:{self.session.pk}"
            key += f":company:{self.company.pk}" if self.company else ""
        else:
            raise ValueError("A document is about a session or an agreement.")
        return f"{key}:{self.variant}" if self.variant else key

    @property
    def session_id(self) -> int | None:
        """Primary key of the session; None for an agreement whose dates are unknown."""
        return self.session.pk if self.session else None

    @property
    def person(self) -> str:
        """Name of the person that it is about; empty for a whole session, a company."""
        return str(self.enrolment.learner) if self.enrolment else ""

    def lock(self) -> None:
        """Let one transaction at a time ask for documents of the session or the agreement."""
        row = self.session or self.agreement
        if row is None:
            raise ValueError("A document is about a session or an agreement.")
        lock(row)

    def freeze(self, kind: str, facts: DocumentFacts | None) -> tuple[dict[str, Any], dt.date]:
        """Today's facts for this kind, frozen, and the day."""
        spec, on = kinds.get(kind), timezone.localdate()
        more: dict[str, Any] = {}
        if self.agreement is not None:
            more["agreement"] = self.agreement
        if self.company is not None:
            more["company"] = self.company
        if spec.has_variants:
            more["variant"] = self.variant
        found = spec.context(
            facts=facts or DocumentFacts(self.session), enrolment=self.enrolment, on=on, **more
        )
        return freeze(found), on
