"""Versions of programmes: frozen when published, new only when a regulated item changed."""

import hashlib

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.domain import journal
from core.domain.canonical import canonical_json
from core.domain.transitions import lock
from core.exceptions import DomainError
from core.models import Message
from training.enums import ProgrammeOrigin
from training.models import Agreement, Programme, ProgrammeVersion, RemoteActivity, TrainingSession
from training.programme_content import ProgrammeContent, missing_items


def content_hash(content: ProgrammeContent) -> str:
    """SHA-256 of the canonical content: two versions that say the same have the same."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def publish_version(
    *,
    programme: Programme,
    content: ProgrammeContent,
    origin: str = ProgrammeOrigin.PAGE,
    actor: User | None = None,
) -> tuple[ProgrammeVersion, bool]:
    """The version that says `content`, and whether it had to be made.

    A new version is written only if a regulated item changed since the newest version of the
    same origin. Raises `DomainError` (`programme_incomplete`) naming the items that say nothing
    (indicator 1 of the référentiel).
    """
    missing = missing_items(content)
    if missing:
        raise DomainError(
            "Le programme ne peut pas être publié : il manque "
            + ", ".join(item.lower() for item in missing)
            + ".",
            code="programme_incomplete",
            details=missing,
        )
    digest = content_hash(content)
    with transaction.atomic():
        programme = lock(programme)
        newest_of_origin = programme.versions.filter(origin=origin).order_by("-number").first()
        if newest_of_origin is not None and newest_of_origin.sha256 == digest:
            return newest_of_origin, False
        newest = programme.versions.order_by("-number").first()
        version = ProgrammeVersion.objects.create(
            programme=programme,
            number=newest.number + 1 if newest else 1,
            origin=origin,
            title=content["title"],
            content=content,
            sha256=digest,
            published_at=timezone.now(),
            published_by=actor,
        )
        RemoteActivity.objects.bulk_create(
            RemoteActivity(
                version=version,
                position=rank,
                stable_id=item["id"][:40],
                title=item["title"],
                estimated_minutes=item["minutes"],
                evidence=item["evidence"],
            )
            for rank, item in enumerate(content.get("remote_activities", []), start=1)
        )
        journal.record(actor=actor, verb="programme.version_published", subject=version)
    return version, True


def newest_public_version(programme: Programme) -> ProgrammeVersion | None:
    """The newest version that came from the catalogue."""
    return programme.versions.filter(origin=ProgrammeOrigin.PAGE).order_by("-number").first()


def adopt_newest_version(*, session: TrainingSession, actor: User | None) -> ProgrammeVersion:
    """Make the session follow the newest public version of its programme.

    Refused (`programme_frozen`) from the first agreement sent or signed, or the first message
    about the session, on: what was sold must stay as sold.
    """
    with transaction.atomic():
        locked = lock(session)
        if is_frozen(locked):
            raise DomainError(
                "Cette session garde son programme : un accord ou une convocation est déjà parti.",
                code="programme_frozen",
            )
        newest = newest_public_version(locked.programme_version.programme)
        if newest is None or newest == locked.programme_version:
            raise DomainError(
                "La session suit déjà la dernière version du programme.", code="programme_newest"
            )
        previous = locked.programme_version
        locked.programme_version = newest
        locked.save(update_fields=["programme_version"])
        locked.agreements.filter(programme_version=previous).update(programme_version=newest)
        journal.record(
            actor=actor,
            verb="session.programme_adopted",
            subject=locked,
            session_id=locked.pk,
            details={"from": previous.number, "to": newest.number},
        )
    session.programme_version = newest
    return newest


def is_frozen(session: TrainingSession) -> bool:
    """Whether the session must keep the version of its programme."""
    return (
        session.is_over
        or Agreement.objects.filter(session=session).exclude(sent_at=None, signed_on=None).exists()
        or Message.objects.filter(session=session, kind="enrolment_confirmed").exists()
    )
