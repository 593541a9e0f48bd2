"""What is taught: the programme, and its immutable versions."""

from typing import Any

from django.conf import settings
from django.db import models

from core.exceptions import DomainError
from core.models.announced import AnnouncedQuerySet
from training.enums import ActionCategory, BpfObjective, ProgrammeOrigin


class Programme(models.Model):
    """A course under a stable code; what it says stands in its versions."""

    code = models.SlugField("code", max_length=50, unique=True)
    action_category = models.CharField(
        "nature de l’action", max_length=20, choices=ActionCategory, default=ActionCategory.TRAINING
    )
    nsf_code = models.CharField("spécialité NSF", max_length=3, blank=True)
    bpf_objective = models.CharField(
        "objectif (BPF)", max_length=20, choices=BpfObjective, default=BpfObjective.OTHER
    )
    certification_title = models.CharField("certification", max_length=255, blank=True)
    certification_code = models.CharField("code RNCP ou RS", max_length=20, blank=True)
    certifier = models.CharField("certificateur", max_length=200, blank=True)
    certification_valid_until = models.DateField("enregistrée jusqu’au", null=True, blank=True)
    authorisation = models.CharField("notre habilitation", max_length=255, blank=True)

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "programme"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ProgrammeVersion(models.Model):
    """A programme as sold. Never changed: another wording is another version.

    `content` is the dict described by `training.programme_content.ProgrammeContent`.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("version")
    origin = models.CharField("origine", max_length=10, choices=ProgrammeOrigin)
    title = models.CharField("intitulé", max_length=255)
    content = models.JSONField("contenu")
    sha256 = models.CharField("empreinte", max_length=64)
    published_at = models.DateTimeField("publiée le")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "version de programme"
        verbose_name_plural = "versions de programme"
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"], name="training_programme_version_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} (version {self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: a published version is what was sold."""
        if not self._state.adding:
            raise DomainError(
                "Une version publiée ne se modifie pas : publiez-en une nouvelle.",
                code="programme_version_immutable",
            )
        super().save(*args, **kwargs)

    @property
    def is_public(self) -> bool:
        """Whether the version came from a page of the catalogue."""
        return self.origin == ProgrammeOrigin.PAGE

    @property
    def objectives(self) -> list[dict[str, str]]:
        """Objectives in order: dicts with `id` (stable across versions) and `text`."""
        return self.content.get("objectives", [])

    @property
    def duration_minutes(self) -> int:
        """Duration announced, in minutes."""
        return self.content["duration_minutes"]
