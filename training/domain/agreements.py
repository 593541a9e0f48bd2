"""What was sold: drafts made with a request, signed later."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.domain import journal
from core.domain.rules import rule
from core.domain.transitions import change_state, lock
from core.exceptions import DomainError
from core.models import Organisation
from core.text import whole_number
from training.enums import AgreementKind, AgreementState, PriceBasis
from training.models import Agreement, Company, Funder, Learner, TrainingSession
from training.session_codes import LONGEST


def draft(
    *,
    session: TrainingSession,
    kind: str,
    company: Company | None = None,
    learner: Learner | None = None,
    funder: Funder | None = None,
    buyer_name: str = "",
    seats: int = 1,
    price: Decimal | None = None,
    price_basis: str = PriceBasis.PERSON,
    actor: User | None = None,
) -> Agreement:
    """A draft agreement on a session, at the session's public price unless another is given.

    Its reference is the session's code and a rank, given under a lock on the session.
    """
    with transaction.atomic():
        locked = lock(session)
        rank = _last_rank(locked) + 1
        agreement = Agreement.objects.create(
            reference=f"{start_of_references(locked)}{rank:03d}",
            kind=kind,
            company=company,
            learner=learner,
            funder=funder,
            buyer_name=buyer_name,
            session=locked,
            programme_version=locked.programme_version,
            seats=seats,
            price=locked.price if price is None else price,
            price_basis=price_basis,
            vat_regime=Organisation.load().vat_regime,
        )
        journal.record(
            actor=actor, verb="agreement.drafted", subject=agreement, session_id=locked.pk
        )
    return agreement


@dataclass(frozen=True, kw_only=True)
class DraftOrder:
    """One agreement for `draft_many`, with the meaning of the arguments of `draft`."""

    kind: str
    company: Company | None = None
    learner: Learner | None = None
    funder: Funder | None = None
    seats: int = 1
    price: Decimal | None = None
    price_basis: str = PriceBasis.PERSON


def draft_many(
    *, session: TrainingSession, orders: Sequence[DraftOrder], actor: User | None
) -> list[Agreement]:
    """Draft several agreements on a session at once, as `draft` does for one."""
    if not orders:
        return []
    with transaction.atomic():
        locked = lock(session)
        rank = _last_rank(locked)
        vat_regime = Organisation.load().vat_regime
        made = Agreement.objects.bulk_create(
            [
                Agreement(
                    reference=f"{start_of_references(locked)}{rank + position:03d}",
                    kind=order.kind,
                    company=order.company,
                    learner=order.learner,
                    funder=order.funder,
                    session=locked,
                    programme_version=locked.programme_version,
                    seats=order.seats,
                    price=locked.price if order.price is None else order.price,
                    price_basis=order.price_basis,
                    vat_regime=vat_regime,
                )
                for position, order in enumerate(orders, 1)
            ],
            batch_size=500,
        )
        journal.record_many(
            actor=actor,
            lines=[
                journal.Line(verb="agreement.drafted", subject=agreement, session_id=locked.pk)
                for agreement in made
            ],
        )
    return made


def enlarge_draft(
    *, agreement: Agreement, prices: Sequence[Decimal], actor: User | None
) -> Agreement:
    """Add people to a draft counted by person or for the group, each at their price.

    Prices that differ turn it into one price for the group. Raises `DomainError`
    (`agreement_not_draft`) when the customer may already have read it.
    """
    with transaction.atomic():
        locked = lock(agreement)
        if locked.state != AgreementState.DRAFT:
            raise DomainError(
                "Cet accord a déjà été envoyé ou signé : faites un avenant.",
                code="agreement_not_draft",
            )
        same = locked.price_basis == PriceBasis.PERSON and set(prices) <= {locked.price}
        if not same:
            before = locked.price
            if locked.price_basis == PriceBasis.PERSON:
                before = locked.price * locked.seats
            locked.price_basis = PriceBasis.GROUP
            locked.price = before + sum(prices)
        locked.seats += len(prices)
        locked.save(update_fields=["price_basis", "price", "seats"])
        journal.record(
            actor=actor,
            verb="agreement.enlarged",
            subject=locked,
            session_id=locked.session_id,
            details={"seats": len(prices)},
        )
    return locked


def draft_for_request(
    *, session: TrainingSession, learner: Learner, company: Company | None
) -> Agreement:
    """The draft that goes with a public request.

    A company that pays signs a convention (L6353-1); a person who pays alone, a contract
    (L6353-3).
    """
    if company is not None:
        return draft(session=session, kind=AgreementKind.CONVENTION, company=company)
    return draft(session=session, kind=AgreementKind.CONTRACT, learner=learner)


def mark_signed(
    *, agreement: Agreement, signed_on: dt.date, at_distance: bool, actor: User | None
) -> Agreement:
    """Note the signature. A contract with a person opens the withdrawal period.

    Its length is a dated rule: on site (L6353-5), at a distance (C. conso. L221-18), counted from
    the signature.
    """
    withdrawal = None
    if agreement.kind == AgreementKind.CONTRACT:
        code = "withdrawal_days_at_distance" if at_distance else "withdrawal_days_on_site"
        withdrawal = signed_on + dt.timedelta(days=rule(code, on=signed_on))
    return change_state(
        row=agreement,
        to=AgreementState.SIGNED,
        actor=actor,
        verb="agreement.signed",
        stamps={
            "signed_on": signed_on,
            "signed_at_distance": at_distance,
            "withdrawal_until": withdrawal,
        },
        session_id=agreement.session_id,
    )


def mark_sent(*, agreement: Agreement, actor: User | None) -> Agreement:
    """Note that the agreement was sent to the customer."""
    return change_state(
        row=agreement,
        to=AgreementState.SENT,
        actor=actor,
        verb="agreement.sent",
        stamps={"sent_at": timezone.now()},
        session_id=agreement.session_id,
    )


def start_of_references(session: TrainingSession) -> str:
    """What the references of the session's agreements begin with: « S-2026-01-A ».

    The beginning of the code when it is longer than a reference can hold.
    """
    code = session.code
    if len(code) > LONGEST:
        digest = hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()[:6]
        code = f"{code[: LONGEST - 7]}-{digest}"
    return f"{code}-A"


def _last_rank(session: TrainingSession) -> int:
    """The highest rank given on the session: drafts of an import that was undone left holes."""
    start = start_of_references(session)
    references = session.agreements.filter(reference__startswith=start)
    ranks = [
        rank
        for reference in references.order_by().values_list("reference", flat=True)
        if (rank := whole_number(reference.removeprefix(start))) is not None
    ]
    return max(ranks, default=0)
