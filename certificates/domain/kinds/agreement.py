"""Convention (L6353-1, D6353-1), contrat (L6353-3 to L6353-7), devis: what was sold, on paper.

Prices, names and seats come from the agreement, never from the session; the content comes from
the programme version that was sold. One context serves the three kinds: each template prints
what its form asks for.
"""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from certificates import kinds
from certificates.domain.kinds import agreement_sample, particulars
from certificates.domain.kinds.document_facts import DocumentFacts, organisation_facts
from certificates.domain.kinds.programme import duration_of, items_of, modality_of
from certificates.enums import SignedBy, Subject, TextSlug
from core.domain.rules import rule
from core.enums import VatRegime
from core.exceptions import DomainError
from core.french import format_day, format_days, format_euros, format_number
from training.domain.remote_activities import announced
from training.enums import SEAT_HOLDING_STATES, ActionCategory, AgreementKind, Modality, PriceBasis
from training.models import Agreement, Contact, Enrolment, FundingLine, Trainer

CENT = Decimal("0.01")
#: Which forms of agreement each kind of document may put on paper.
FORMS: dict[str, frozenset[str]] = {
    kinds.CONVENTION: frozenset(
        {AgreementKind.CONVENTION, AgreementKind.FREE, AgreementKind.FRANCE_TRAVAIL}
    ),
    kinds.CONTRACT: frozenset({AgreementKind.CONTRACT}),
    kinds.QUOTE: frozenset(
        {
            AgreementKind.CONVENTION,
            AgreementKind.QUOTE,
            AgreementKind.CONTRACT,
            AgreementKind.FRANCE_TRAVAIL,
        }
    ),
}
#: Items of the programme that a convention and a contract repeat, in this order.
PROGRAMME_ITEMS = (
    "objectives",
    "audience",
    "prerequisites",
    "content",
    "methods",
    "means",
    "supervision",
    "progress_tracking",
    "assessment",
    "recognition",
    "certification",
    "accessibility",
)
VAT_MENTIONS = {
    VatRegime.EXEMPT: "Exonération de TVA, article 261-4-4° a du code général des impôts.",
    VatRegime.FRANCHISE: "TVA non applicable, article 293 B du code général des impôts.",
}


def kinds_for(agreement: Agreement) -> list[str]:
    """Codes of the documents that may put this agreement on paper."""
    return [code for code, forms in FORMS.items() if agreement.kind in forms]


def convention(
    *, facts: DocumentFacts, agreement: Agreement, on: dt.date, **_about: Any
) -> dict[str, Any]:
    """The facts of a convention. Raises `DomainError`: see `build`."""
    return build(kind=kinds.CONVENTION, facts=facts, agreement=agreement, on=on)


def contract(
    *, facts: DocumentFacts, agreement: Agreement, on: dt.date, **_about: Any
) -> dict[str, Any]:
    """The facts of a contract with a person who pays alone. Raises `DomainError`: see `build`."""
    return build(kind=kinds.CONTRACT, facts=facts, agreement=agreement, on=on)


def quote(
    *, facts: DocumentFacts, agreement: Agreement, on: dt.date, **_about: Any
) -> dict[str, Any]:
    """The facts of a quote, valid for the days of the rule. Raises `DomainError`: see `build`."""
    found = build(kind=kinds.QUOTE, facts=facts, agreement=agreement, on=on)
    return {**found, "valid_days": rule("quote_valid_days", on=on)}


def build(*, kind: str, facts: DocumentFacts, agreement: Agreement, on: dt.date) -> dict[str, Any]:
    """What an agreement says, dated `on`.

    Raises `DomainError`: `subcontract` (the buyer's paperwork applies), `other_form` (another
    document puts this agreement on paper), `no_customer`, `no_signatory`.
    """
    _refuse(kind, agreement)
    version = agreement.programme_version
    content: dict[str, Any] = version.content
    category = ActionCategory(version.programme.action_category)
    signatory = facts.signatory(kind, on)
    customer = customer_of(agreement)
    if not customer["name"]:
        raise DomainError("Indiquez d’abord à qui l’accord est vendu.", code="no_customer")
    half_days = facts.half_days
    price = price_of(agreement, days=len({particulars.starts_on(item) for item in half_days}))
    items = {item["label"]: item for item in items_of(_only(content, PROGRAMME_ITEMS))}
    return {
        "organisation": organisation_facts(facts.organisation),
        "signatory": particulars.signer(signatory),
        "customer": customer,
        "reference_of_agreement": agreement.reference,
        "title": version.title,
        "programme": f"{version.programme.code}, version {version.number}",
        "nature": particulars.NATURES[category],
        "duration": duration_of(content),
        "modality": modality_of(content),
        "is_remote": content["modality"] != Modality.ON_SITE or bool(announced(version)),
        "remote_activities": announced(version),
        "days": format_days(item.starts_at for item in half_days),
        "rows": particulars.timetable(half_days),
        "places": list(dict.fromkeys(item.place for item in half_days)),
        "items": list(items.values()),
        "trainers": _trainers(facts),
        "seats": agreement.seats,
        "people": _people(agreement),
        "price": price,
        "funding": _funding(agreement),
        "terms": [line for line in agreement.terms.splitlines() if line.strip()],
        "withdrawal_days": rule("withdrawal_days_on_site", on=on),
        "withdrawal_days_at_distance": rule("withdrawal_days_at_distance", on=on),
        "deposit_percent": rule("deposit_percent_at_most", on=on),
        "disability_contact": facts.organisation.disability_contact,
        "mediator": facts.organisation.consumer_mediator,
        "annexes": [
            annexed
            for slug in (TextSlug.INTERNAL_RULES, TextSlug.GENERAL_TERMS)
            if (annexed := particulars.text_reference(slug, on))
        ],
        "public": [
            ["Action", version.title],
            ["Référence de l’accord", agreement.reference],
            ["Personnes", str(agreement.seats)],
        ],
    }


def _refuse(kind: str, agreement: Agreement) -> None:
    particulars.refuse_subcontract(agreement, what="le contrat")
    if agreement.kind not in FORMS[kind]:
        raise DomainError(
            f"Cet accord est de la forme « {agreement.get_kind_display()} » : ce document n’est "
            "pas le sien.",
            code="other_form",
        )


def _only(content: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: content[key] for key in keys if key in content}


def customer_of(agreement: Agreement) -> dict[str, str]:
    """Who buys: name, address, SIRET, and who signs for them (with their quality)."""
    empty = {"name": "", "address": "", "siret": "", "signer": "", "quality": "", "born": ""}
    if company := agreement.company:
        signer = Contact.objects.filter(company=company, is_signatory=True).order_by("pk").first()
        return {
            **empty,
            "name": company.name,
            "address": _address(company),
            "siret": company.siret,
            "signer": signer.name if signer else "",
            "quality": signer.quality if signer else "",
        }
    if learner := agreement.learner:
        named = particulars.person(learner)["name"]
        born = f"Date de naissance : {format_day(learner.birth_date)}" if learner.birth_date else ""
        signer_name = learner.legal_representative or named
        quality = "représentant légal" if learner.legal_representative else ""
        return {
            **empty,
            "name": named,
            "address": _address(learner),
            "signer": signer_name,
            "quality": quality,
            "born": born,
        }
    if funder := agreement.funder:
        return {**empty, "name": funder.name, "siret": funder.siret}
    return {**empty, "name": agreement.buyer_name}


def _address(party: Any) -> str:
    return ", ".join(filter(None, [party.address, f"{party.postcode} {party.city}".strip()]))


def price_of(agreement: Agreement, *, days: int) -> dict[str, Any]:
    """The price as sold: unit, total without VAT, VAT, total; amounts in words of French.

    A price per day is multiplied by the days of the session; while they are unknown, no total.
    """
    quantity = {
        PriceBasis.PERSON: agreement.seats,
        PriceBasis.GROUP: 1,
        PriceBasis.DAY: days,
        PriceBasis.FREE: 0,
    }[PriceBasis(agreement.price_basis)]
    is_free = agreement.price_basis == PriceBasis.FREE or agreement.kind == AgreementKind.FREE
    net = Decimal(0) if is_free else agreement.price * quantity
    taxable = agreement.vat_regime == VatRegime.TAXABLE
    vat = Decimal(0)
    if taxable:
        vat = (net * agreement.vat_rate / 100).quantize(CENT, ROUND_HALF_UP)
    return {
        "is_free": is_free,
        "has_total": is_free or quantity > 0,
        "unit": format_euros(agreement.price),
        "basis": str(PriceBasis(agreement.price_basis).label),
        "quantity": quantity,
        "net": format_euros(net),
        "is_taxable": taxable,
        "vat_rate": f"{format_number(agreement.vat_rate)}\u00a0%",
        "vat": format_euros(vat),
        "total": format_euros(net + vat),
        "vat_mention": VAT_MENTIONS.get(VatRegime(agreement.vat_regime), ""),
    }


def _trainers(facts: DocumentFacts) -> list[dict[str, str]]:
    """Who trains, with the titles and references that L6353-4 asks for."""
    found: dict[int, Trainer] = {}
    for half_day in facts.half_days_with_trainers if facts.half_days else []:
        for assignment in half_day.assignments.all():
            found[assignment.trainer_id] = assignment.trainer
    return [
        {"name": str(trainer), "references": " ".join(trainer.references.split())}
        for trainer in found.values()
    ]


def _people(agreement: Agreement) -> list[str]:
    """The people named so far, by name."""
    named = (
        Enrolment.objects.filter(
            agreement=agreement, learner__isnull=False, state__in=SEAT_HOLDING_STATES
        )
        .select_related("learner")
        .by_name()
    )
    return [str(enrolment.learner) for enrolment in named]


def _funding(agreement: Agreement) -> list[dict[str, Any]]:
    lines = (
        FundingLine.objects.filter(agreement=agreement)
        .select_related("payer_company", "payer_funder")
        .order_by("pk")
    )
    return [
        {
            "payer": str(line.payer_funder or line.payer_company or line.get_scheme_display()),
            "file_number": line.file_number,
            "amount": format_euros(line.amount) if line.amount is not None else "",
            "subrogation": line.subrogation,
        }
        for line in lines
    ]


def _register(code: str, title: str, slug: str, prefix: str, action: str, **values: Any) -> None:
    kinds.register(
        kinds.DocumentKind(
            code=code,
            title=title,
            slug=slug,
            prefix=prefix,
            template=f"certificates/pdf/{code}.html",
            about=Subject.AGREEMENT,
            signed_by=SignedBy.BOTH,
            action=action,
            company_may_read=True,
            learner_may_read=True,
            **values,
        )
    )


_register(
    kinds.CONVENTION,
    "Convention de formation professionnelle",
    "convention",
    "CV",
    "Préparer la convention",
    context=convention,
    sample=agreement_sample.convention,
    more_samples={"formation gratuite": agreement_sample.free},
)
_register(
    kinds.CONTRACT,
    "Contrat de formation professionnelle",
    "contrat",
    "CT",
    "Préparer le contrat",
    context=contract,
    sample=agreement_sample.contract,
)
_register(
    kinds.QUOTE,
    "Devis",
    "devis",
    "DV",
    "Préparer un devis",
    context=quote,
    sample=agreement_sample.quote,
)
