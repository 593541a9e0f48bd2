"""What the référentiel asks once for the whole organisation."""

from core.models import Organisation
from quality.domain.items import Item
from quality.domain.referential import Referential
from quality.enums import ItemState


def check_organisation(referential: Referential, organisation: Organisation) -> list[Item]:
    """What is asked once for the whole organisation.

    Registers that this software does not keep yet are listed as missing from the pack, so that
    they are brought.
    """
    found = [
        Item(
            indicator=indicator.number,
            code="organisation_evidence",
            state=ItemState.MISSING,
            expected=f"Hors de ce dossier, à présenter à part : {indicator.organisation_evidence}",
        )
        for indicator in referential.indicators
        if indicator.organisation_evidence
    ]
    contacts = [
        (26, "disability_contact", "Personne référente handicap nommée"),
        (19, "pedagogical_contact", "Contact pédagogique nommé"),
    ]
    if referential.id != "RNQ-V9":
        contacts.append(
            (12, "harassment_contact", "Contact violences, harcèlement, discriminations nommé")
        )
    found += [
        Item(
            indicator=indicator,
            code=name,
            state=ItemState.PRESENT if getattr(organisation, name) else ItemState.MISSING,
            expected=expected,
            proof="Indiqué dans la fiche de l’organisme" if getattr(organisation, name) else "",
            resolved_on="organisation",
        )
        for indicator, name, expected in contacts
    ]
    return sorted(found, key=lambda item: (item.indicator, item.code))
