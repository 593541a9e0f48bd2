"""What the samples of every kind share: an invented organisation, its signer, long names."""

from typing import Any

ORGANISATION: dict[str, Any] = {
    "name": "Coopérative Exemple",
    "legal_name": "SCIC Exemple",
    "address": "12, rue de l’Aumônerie, 44260 Savenay",
    "city": "Savenay",
    "siret": "12345678200002",
    "activity_number": "52440000000",
    "activity_region": "Pays de la Loire",
    "contact": "02 61 91 00 00, formation@example.org",
}
SIGNATORY = {"name": "Maëlle Kerrien-Le Gouëff", "quality": "présidente de la coopérative"}
BENEFICIARY = {
    "name": "Mme Nguyễn Thị Phương-Thảo de Kergariou-Penn ar C’hoadoù",
    "initials": "N. D.",
}
EMPLOYER = "Association pour l’habitat partagé et l’économie sociale du pays de Redon"
TITLE = "Faciliter un collectif : poser le cadre, écouter, décider « par consentement »"
SESSION_CODE = "S-2026-01"
