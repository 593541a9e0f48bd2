"""What an import wrote, so that it can be undone: identifiers, prints, and the values replaced.

The print of a row says, later, whether it was changed since. Old values are personal data:
the trace is erased with the file of the import.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from accounts.models import User
from training.models import Agreement, Company, Enrolment, Funder, Learner

#: What a person may change in a row that an import made.
WATCHED: dict[type[models.Model], tuple[str, ...]] = {
    Learner: (
        "first_name", "last_name", "birth_name", "title", "birth_date", "email", "phone",
        "address", "postcode", "city", "preferred_channel", "legal_representative", "merged_into",
    ),
    Company: ("name", "siret", "address", "postcode", "city", "merged_into"),
    Agreement: (
        "kind", "state", "company", "learner", "funder", "buyer_name", "seats", "price",
        "price_basis", "vat_regime", "vat_rate", "terms", "supersedes",
    ),
    Enrolment: (
        "learner", "agreement", "employer", "trainee_type", "group", "state", "message",
        "accepted_at", "confirmed_at",
    ),
}  # fmt: skip


@dataclass
class Trace:
    """Filled while a plan is written."""

    learners: list[Learner] = field(default_factory=list)
    companies: list[Company] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    funders: list[Funder] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    #: People known before, linked to an account by this import.
    linked: list[Learner] = field(default_factory=list)
    #: Person → field → value before and after.
    changed: dict[int, dict[str, tuple[str, str]]] = field(default_factory=dict)
    #: Companies known before, which got their SIRET: company → SIRET.
    sirets: dict[int, str] = field(default_factory=dict)
    #: Drafts made larger, in order: identifier, then seats, price and basis before and after.
    enlarged: list[tuple[int, list[str], list[str]]] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """What `ImportBatch.written` keeps."""
        return {
            "prints": {
                model._meta.model_name: prints(model, (row.pk for row in rows))
                for model, rows in (
                    (Learner, self.learners),
                    (Company, self.companies),
                    (Agreement, self.agreements),
                    (Enrolment, self.enrolments),
                )
            },
            "funders": [funder.pk for funder in self.funders],
            "users": [user.pk for user in self.users],
            "linked": {str(learner.pk): learner.user_id for learner in self.linked},
            "changed": {str(pk): fields for pk, fields in self.changed.items()},
            "sirets": {str(pk): siret for pk, siret in self.sirets.items()},
            "enlarged": self.enlarged,
        }


def prints(model: type[models.Model], pks: Iterable[int]) -> dict[str, str]:
    """The print of each row, read in the database; a row that is gone has none."""
    rows = model._base_manager.filter(pk__in=list(pks)).order_by("pk")
    return {
        str(pk): hashlib.sha256(json.dumps(cells, default=str).encode()).hexdigest()[:20]
        for pk, *cells in rows.values_list("pk", *WATCHED[model])
    }


def draft_values(agreement: Agreement) -> list[str]:
    """Seats, price and basis of a draft, as texts that compare."""
    return [str(agreement.seats), f"{agreement.price:.2f}", str(agreement.price_basis)]
