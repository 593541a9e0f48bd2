"""Words that mislead on the page of a course that leads to no registered certification."""

import datetime as dt
import re
from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from cms.search_words import stem
from training.plain_text import plain_words

#: Where one thought ends and another begins.
CLAUSE = re.compile(r"[.,;:!?()\n]")
#: « ni diplôme », « pas éligible au CPF »: a page that denies a thing does not claim it.
DENIALS = frozenset({"aucun", "aucune", "jamais", "ni", "non", "pas", "sans"})
DENIAL_REACH = 3  # words before the expression
#: « RNCP 38 587 », « RS5123 »: the code of a registered certification.
REGISTERED_CODE = re.compile(r"\b(?:RNCP|RS)\W{0,3}\d[\d\s]{1,7}", re.IGNORECASE)


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


def claims(texts: Iterable[str], watched: Iterable[str]) -> list[str]:
    """Expressions that the texts claim: each said at least once without being denied."""
    clauses = [_stems(clause) for text in texts for clause in CLAUSE.split(text)]
    return [words for words in watched if any(_claimed(_stems(words), in_) for in_ in clauses)]


def _claimed(expression: list[str], clause: list[str]) -> bool:
    size = len(expression)
    return any(
        clause[start : start + size] == expression
        and not DENIALS & set(clause[max(0, start - DENIAL_REACH) : start])
        for start in range(len(clause) - size + 1)
        if size
    )


def _stems(text: str) -> list[str]:
    return [word if word in DENIALS else stem(word) for word in plain_words(text)]
