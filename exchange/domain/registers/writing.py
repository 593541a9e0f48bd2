"""Writing a plan: people, companies, agreements, enrolments, in the caller's transaction.

Rows are inserted by sets, so that a register of thousands of lines keeps the database's write lock
for seconds and not for minutes; the rules are those of `enrolments.add`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from core.domain import journal
from core.text import lookup_key
from exchange.domain.registers.known_people import PERSON_FIELDS, PersonPlan
from exchange.domain.registers.planning import CompanyPlan, Entry, Plan
from exchange.domain.trace import Trace, draft_values
from exchange.models import ImportBatch, ImportedRow
from training.domain import accounts, agreements
from training.domain.agreements import DraftOrder
from training.domain.enrolments import seats
from training.enums import (
    AgreementKind,
    AgreementState,
    EnrolmentState,
    FundingScheme,
    PriceBasis,
)
from training.models import (
    Adaptation,
    Agreement,
    Company,
    Enrolment,
    Funder,
    FundingLine,
    Learner,
    TrainingSession,
)

BATCH_SIZE = 500
#: Schemes where the employer is the customer, who signs one convention for its people (L6353-1).
COMPANY_BUYS = {
    FundingScheme.COMPANY,
    FundingScheme.SKILLS_PLAN,
    FundingScheme.PUBLIC_AGENTS,
}
#: Public bodies that buy for several people, under the name that the register gives them.
FUNDER_BUYS: dict[str, str] = {
    FundingScheme.REGION: "Région",
    FundingScheme.STATE: "État",
    FundingScheme.EUROPE: "Europe",
}
#: Bodies that pay for one person at a time.
FUNDER_PAYS: dict[str, str] = {**FUNDER_BUYS, FundingScheme.FRANCE_TRAVAIL: "France Travail"}
INDIVIDUAL_KINDS: dict[str, AgreementKind] = {
    FundingScheme.CPF: AgreementKind.CPF,
    FundingScheme.FRANCE_TRAVAIL: AgreementKind.FRANCE_TRAVAIL,
}


def write(*, plan: Plan, batch: ImportBatch, actor: User | None) -> Trace:
    """Write everything that the plan holds and is not there yet; returns what it wrote.

    The caller holds a transaction and the lock of every session concerned.
    """
    entries, trace = plan.to_write, Trace()
    _write_companies(plan.companies(), actor, trace)
    _write_people(plan.people(), actor, trace)
    funders = _funders({entry.line.funding for entry in entries}, trace)
    for session, of_session in plan.sessions().items():
        fresh = [entry for entry in of_session if not entry.already]
        if fresh:
            found = _agreements(session, fresh, funders, actor, trace)
            trace.enrolments += _enrol(session, fresh, found, funders, batch, actor)
    linked = accounts.link(people=[plan.learner for plan in plan.people()])
    trace.users = linked.opened
    known = {plan.learner.pk for plan in plan.people() if not plan.is_new}
    trace.linked = [
        person for person in linked.people if isinstance(person, Learner) and person.pk in known
    ]
    return trace


# --- People and companies -------------------------------------------------------------------------


def _write_companies(plans: list[CompanyPlan], actor: User | None, trace: Trace) -> None:
    new = [plan.company for plan in plans if plan.is_new]
    completed = [plan.company for plan in plans if plan.gets_siret]
    Company.objects.bulk_create(new, batch_size=BATCH_SIZE)
    Company.objects.bulk_update(completed, ["siret"], batch_size=BATCH_SIZE)
    trace.companies = new
    trace.sirets = {company.pk: company.siret for company in completed}
    journal.record_many(
        actor=actor,
        lines=[
            *(journal.Line(verb="company.imported", subject=company) for company in new),
            *(journal.Line(verb="company.completed", subject=company) for company in completed),
        ],
    )


def _write_people(plans: list[PersonPlan], actor: User | None, trace: Trace) -> None:
    new = [plan for plan in plans if plan.is_new]
    changed = [plan for plan in plans if plan.changes]
    Learner.objects.bulk_create([plan.learner for plan in new], batch_size=BATCH_SIZE)
    # `bulk_update` takes five times as long for so many fields.
    Learner.objects.bulk_create(
        [plan.learner for plan in changed],
        batch_size=BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=PERSON_FIELDS,
    )
    trace.learners = [plan.learner for plan in new]
    trace.changed = {plan.learner.pk: plan.replaced for plan in changed}
    journal.record_many(
        actor=actor,
        lines=[
            *(journal.Line(verb="learner.imported", subject=plan.learner) for plan in new),
            *(
                journal.Line(
                    verb="learner.updated",
                    subject=plan.learner,
                    details={
                        change.label: {"from": change.old, "to": change.new}
                        for change in plan.changes
                    },
                )
                for plan in changed
            ),
        ],
    )


def _funders(schemes: Iterable[str], trace: Trace) -> dict[str, Funder]:
    """The bodies that pay, by scheme; made when they are not known."""
    wanted = {scheme: FUNDER_PAYS[scheme] for scheme in schemes if scheme in FUNDER_PAYS}
    if not wanted:
        return {}
    known = {lookup_key(funder.name): funder for funder in Funder.objects.order_by("-pk")}
    found = {}
    for scheme, name in sorted(wanted.items()):
        if (funder := known.get(lookup_key(name))) is None:
            funder = Funder.objects.create(name=name)
            trace.funders.append(funder)
        found[scheme] = funder
    return found


# --- Agreements -----------------------------------------------------------------------------------


def _agreements(
    session: TrainingSession,
    entries: list[Entry],
    funders: dict[str, Funder],
    actor: User | None,
    trace: Trace,
) -> list[Agreement]:
    """The agreement of each entry: one for each company or body that buys, one for each person
    otherwise."""
    together: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    orders: list[DraftOrder] = []
    owners: list[list[Entry]] = []
    for entry in entries:
        scheme = entry.line.funding
        if scheme in COMPANY_BUYS and entry.company is not None:
            together["company", entry.company.company.pk].append(entry)
        elif scheme in FUNDER_BUYS:
            together["funder", funders[scheme].pk].append(entry)
        else:
            orders.append(_individual(entry, funders))
            owners.append([entry])
    found: dict[int, Agreement] = {}
    open_drafts = _open_drafts(session) if together else {}
    for key, group in together.items():
        prices = [_price(entry) for entry in group]
        if (draft := open_drafts.get(key)) is not None:
            enlarged = agreements.enlarge_draft(agreement=draft, prices=prices, actor=actor)
            trace.enlarged.append((draft.pk, draft_values(draft), draft_values(enlarged)))
            found.update({id(entry): enlarged for entry in group})
            continue
        same, buyer = len(set(prices)) == 1, group[0].company
        orders.append(
            DraftOrder(
                kind=AgreementKind.CONVENTION,
                company=buyer.company if key[0] == "company" and buyer is not None else None,
                funder=funders[group[0].line.funding] if key[0] == "funder" else None,
                seats=len(group),
                price=prices[0] if same else sum(prices, Decimal(0)),
                price_basis=PriceBasis.PERSON if same else PriceBasis.GROUP,
            )
        )
        owners.append(group)
    made = agreements.draft_many(session=session, orders=orders, actor=actor)
    trace.agreements += made
    for agreement, group in zip(made, owners, strict=True):
        found.update({id(entry): agreement for entry in group})
    return [found[id(entry)] for entry in entries]


def _individual(entry: Entry, funders: dict[str, Funder]) -> DraftOrder:
    """What one person signs; free when the register says that nothing is paid."""
    scheme, price = entry.line.funding, _price(entry)
    free = entry.line.amount == 0
    return DraftOrder(
        kind=AgreementKind.FREE if free else INDIVIDUAL_KINDS.get(scheme, AgreementKind.CONTRACT),
        learner=entry.person.learner,
        funder=funders.get(scheme),
        price=price,
        price_basis=PriceBasis.FREE if free else PriceBasis.PERSON,
    )


def _open_drafts(session: TrainingSession) -> dict[tuple[str, int], Agreement]:
    """Drafts that an earlier import made on the session, by customer: they can take more people."""
    drafts = (
        session.agreements.filter(
            kind=AgreementKind.CONVENTION,
            state=AgreementState.DRAFT,
            price_basis__in=[PriceBasis.PERSON, PriceBasis.GROUP],
            enrolments__imported_row__isnull=False,
        )
        .order_by("-pk")
        .distinct()
    )
    found: dict[tuple[str, int], Agreement] = {}
    for draft in drafts:
        if draft.company_id:
            found["company", draft.company_id] = draft
        elif draft.funder_id:
            found["funder", draft.funder_id] = draft
    return found


def _price(entry: Entry) -> Decimal:
    amount = entry.line.amount
    return entry.session.price if amount is None else amount


# --- Enrolments -----------------------------------------------------------------------------------


def _enrol(
    session: TrainingSession,
    entries: list[Entry],
    found: list[Agreement],
    funders: dict[str, Funder],
    batch: ImportBatch,
    actor: User | None,
) -> list[Enrolment]:
    """Confirmed enrolments; the register is a fact, so the capacity only goes to the journal."""
    now = timezone.now()
    made = Enrolment.objects.bulk_create(
        [
            Enrolment(
                session=session,
                learner=entry.person.learner,
                agreement=agreement,
                employer=entry.company.company if entry.company else None,
                trainee_type=entry.line.trainee_type,
                message=entry.line.comment,
                state=EnrolmentState.CONFIRMED,
                requested_at=_moment(entry.line.requested_on) or now,
                accepted_at=now,
                confirmed_at=now,
            )
            for entry, agreement in zip(entries, found, strict=True)
        ],
        batch_size=BATCH_SIZE,
    )
    ImportedRow.objects.bulk_create(
        [ImportedRow(batch=batch, enrolment=enrolment) for enrolment in made],
        batch_size=BATCH_SIZE,
    )
    FundingLine.objects.bulk_create(
        [
            FundingLine(
                agreement=enrolment.agreement,
                enrolment=enrolment,
                scheme=entry.line.funding,
                payer_company=enrolment.employer
                if entry.line.funding in _PAID_BY_COMPANY
                else None,
                payer_funder=funders.get(entry.line.funding),
                amount=entry.line.amount,
            )
            for entry, enrolment in zip(entries, made, strict=True)
            if entry.line.funding
        ],
        batch_size=BATCH_SIZE,
    )
    Adaptation.objects.bulk_create(
        [
            Adaptation(enrolment=enrolment, request=entry.line.adaptation)
            for entry, enrolment in zip(entries, made, strict=True)
            if entry.line.adaptation
        ],
        batch_size=BATCH_SIZE,
    )
    left = seats.of(session).free
    lines = []
    for rank, enrolment in enumerate(made, 1):
        over = rank - left
        lines.append(
            journal.Line(
                verb="enrolment.added",
                subject=enrolment,
                session_id=session.pk,
                to_state=EnrolmentState.CONFIRMED,
                details={"over_capacity_by": over} if over > 0 else None,
            )
        )
    journal.record_many(actor=actor, lines=lines)
    return made


_PAID_BY_COMPANY = {FundingScheme.COMPANY, FundingScheme.PUBLIC_AGENTS}


def _moment(day: dt.date | None) -> dt.datetime | None:
    """Noon in Paris: a day that stays the same day in any time zone nearby."""
    if day is None:
        return None
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
