"""What becomes of an indication given without network."""

from django.db import models


class OfflineKind(models.TextChoices):
    """What was done on the device."""

    PRESENCE = "presence", "Signature"
    ABSENCE = "absence", "Absence"
    LOCK = "lock", "Clôture"


class OfflineOutcome(models.TextChoices):
    """What the server made of it."""

    RECORDED = "recorded", "Enregistré"
    REGULARISED = "regularised", "Enregistré, hors des heures d’émargement"
    CONFLICT = "conflict", "À départager"
    REFUSED = "refused", "Non repris"
