"""Closed lists of the app."""

from django.db import models


class BackupRunKind(models.TextChoices):
    """What was done with a backup."""

    MADE = "made", "Sauvegarde"
    TRIED = "tried", "Essai de restauration"
