"""The texts of the organisation: written once, in force from a day, replaced by another version."""

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from certificates.enums import TextSlug
from certificates.models import DocumentTemplate
from core.domain import journal
from core.domain.transitions import lock
from core.exceptions import DomainError
from core.french import format_day


def in_force(slug: str, *, on: dt.date | None = None) -> DocumentTemplate | None:
    """The version in force on a day (today by default); None before the first one."""
    return (
        DocumentTemplate.objects.in_force(on or timezone.localdate())
        .filter(slug=slug)
        .order_by("-in_force_from", "-number")
        .first()
    )


def published(slug: str, number: int) -> DocumentTemplate | None:
    """A version that is, or was, in force; None for a version to come, which no one may cite."""
    return (
        DocumentTemplate.objects.in_force(timezone.localdate())
        .filter(slug=slug, number=number)
        .first()
    )


def latest(slug: str) -> DocumentTemplate | None:
    """The newest version, perhaps still to come."""
    return DocumentTemplate.objects.filter(slug=slug).order_by("-number").first()


def is_in_force_or_was(text: DocumentTemplate) -> bool:
    """Whether its day has come: then it no longer changes."""
    return text.in_force_from <= timezone.localdate()


def write(
    *,
    slug: str,
    body: str,
    in_force_from: dt.date,
    change_summary: str = "",
    actor: User | None,
) -> DocumentTemplate:
    """Write a new version. The first one may date from before; the next ones never do.

    Raises `DomainError`: `text_empty`, `text_in_the_past`, `text_out_of_order` (another version
    comes into force the same day or later), `text_unknown`.
    """
    if slug not in TextSlug.values:
        raise DomainError("Ce texte n’existe pas.", code="text_unknown")
    body = _checked(body)
    with transaction.atomic():
        newest = (
            DocumentTemplate.objects.select_for_update(of=("self",))
            .filter(slug=slug)
            .order_by("-number")
            .first()
        )
        if newest is not None:
            _refuse_wrong_day(in_force_from, after=newest.in_force_from)
        number = DocumentTemplate.objects.filter(slug=slug).aggregate(last=Max("number"))["last"]
        text = DocumentTemplate.objects.create(
            slug=slug,
            number=(number or 0) + 1,
            body=body,
            change_summary=change_summary.strip(),
            in_force_from=in_force_from,
            created_by=actor,
        )
        journal.record(
            actor=actor,
            verb="documenttemplate.created",
            subject=text,
            details={"slug": slug, "number": text.number, "from": in_force_from.isoformat()},
        )
    return text


def change(
    *,
    text: DocumentTemplate,
    body: str,
    in_force_from: dt.date,
    change_summary: str = "",
    actor: User | None,
) -> DocumentTemplate:
    """Change a version still to come. Raises `DomainError` as `write`, and `text_in_force`."""
    body = _checked(body)
    with transaction.atomic():
        locked = lock(text)
        if is_in_force_or_was(locked):
            raise DomainError(
                f"Ce texte est en vigueur depuis le {format_day(locked.in_force_from)} : il ne se "
                "modifie plus. Écrivez une nouvelle version.",
                code="text_in_force",
            )
        before = (
            DocumentTemplate.objects.filter(slug=locked.slug, number__lt=locked.number)
            .order_by("-number")
            .first()
        )
        if before is not None:
            _refuse_wrong_day(in_force_from, after=before.in_force_from)
        locked.body = body
        locked.in_force_from = in_force_from
        locked.change_summary = change_summary.strip()
        locked.save(update_fields=["body", "in_force_from", "change_summary"])
        journal.record(
            actor=actor,
            verb="documenttemplate.changed",
            subject=locked,
            details={"from": in_force_from.isoformat()},
        )
    return locked


def _checked(body: str) -> str:
    body = body.replace("\r\n", "\n").strip()
    if not body:
        raise DomainError("Écrivez le texte.", code="text_empty")
    return body


def _refuse_wrong_day(day: dt.date, *, after: dt.date) -> None:
    if day <= after:
        raise DomainError(
            f"Une version entre en vigueur le {format_day(after)} : choisissez un jour plus "
            "tardif.",
            code="text_out_of_order",
        )
    if day < timezone.localdate():
        raise DomainError(
            "Une nouvelle version ne peut pas entrer en vigueur dans le passé : on croirait "
            "qu’elle valait déjà.",
            code="text_in_the_past",
        )
