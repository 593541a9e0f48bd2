"""Words that mislead on the page of a course that leads to no registered certification."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cms.wording_detection import claims, refusal_of
from core.models.announced import AnnouncedQuerySet


class WatchedWording(models.Model):
    """An expression that asks for a reason, between two dates."""

    words = models.CharField(
        "expression",
        max_length=80,
        help_text="Accents, majuscules et terminaisons ne comptent pas\u00a0: « certifiante » "
        "trouve aussi « certifiant » et « certifiées ».",
    )
    valid_from = models.DateField("à partir du")
    valid_until = models.DateField("jusqu’au", null=True, blank=True)
    source = models.CharField("source", max_length=255, blank=True)

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "expression surveillée"
        verbose_name_plural = "expressions surveillées"
        ordering = ["words", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="cms_wording_dates_in_order",
                violation_error_message="La fin précède le début.",
            )
        ]

    def __str__(self) -> str:
        return self.words


def watched_on(day: dt.date) -> list[str]:
    """Expressions watched on a day, in order."""
    in_force = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    return list(
        WatchedWording.objects.filter(in_force, valid_from__lte=day)
        .order_by("words")
        .values_list("words", flat=True)
        .distinct()
    )


class ExplainedClaims(models.Model):
    """A page that explains what could mislead before it goes public.

    Consumer code, L121-2: what suggests a recognition that does not exist misleads.
    """

    wording_reason = models.TextField(
        "pourquoi ces mots ne trompent pas",
        blank=True,
        max_length=500,
        help_text="À remplir seulement si la publication le demande : la page parle de CPF, de "
        "diplôme, de certification… sans code RNCP ou RS. Le motif est daté et conservé.",
    )
    #: The reason as it was given: `reason`, `words` it covers, `on` (ISO date).
    wording_record = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    def names_registered_code(self) -> bool:
        """Whether it leads to a certification of the RNCP or of the RS, by its code."""
        raise NotImplementedError

    def every_text(self) -> list[str]:
        """All that the page says."""
        raise NotImplementedError

    def unregistered_claims(self, *, on: dt.date) -> list[str]:
        """Watched expressions that the page claims without a registered certification."""
        return [] if self.names_registered_code() else claims(self.every_text(), watched_on(on))

    def unexplained_claims(self, *, on: dt.date) -> list[str]:
        """Claims that no reason covers: none was given, or it was given for other expressions."""
        found = self.unregistered_claims(on=on)
        reason = self.wording_reason.strip()
        if not reason:
            return found
        if reason != self.wording_record.get("reason"):
            return []  # a new reason, for what the page says now
        return [words for words in found if words not in self.wording_record.get("words", [])]

    def refuse_unexplained_claims(self) -> None:
        """Raise `ValidationError` on `wording_reason` when a claim asks for a reason."""
        claimed = self.unexplained_claims(on=timezone.localdate())
        if claimed:
            raise ValidationError({"wording_reason": refusal_of(claimed)})
