"""What the app adds to the demonstration: the texts in force, and documents by the thousand."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.utils import timezone

from certificates import kinds
from certificates.domain import texts
from certificates.domain.issuing import seeding
from certificates.domain.proofs import publishing
from certificates.domain.rendering import engine
from certificates.enums import TextSlug
from certificates.models import Document
from core.registry import demo_step, scale_step
from training.models import Enrolment, TrainingSession

#: Sessions written in one transaction, on the same two files.
BATCH = 25
#: One file per text of the organisation, complete, to be read by a person in charge.
TEXTS = Path(__file__).parent / "demo_texts"
TEXTS_IN_FORCE_FROM = dt.date(2025, 9, 1)


@demo_step(15)
def seed_texts(context: dict[str, Any]) -> None:
    """The first version of each text of the organisation, in force before the first session."""
    for slug in TextSlug.values:
        if texts.latest(slug) is None:
            texts.write(
                slug=slug,
                body=(TEXTS / f"{slug}.txt").read_text(encoding="utf-8"),
                in_force_from=TEXTS_IN_FORCE_FROM,
                actor=None,
            )


@demo_step(95)
def publish_a_root(context: dict[str, Any]) -> None:
    """The root of the day, over what the demonstration holds."""
    publishing.publish_due(at=timezone.now())


@scale_step(60)
def seed_documents(context: dict[str, Any]) -> None:
    """A certificate per person and a sheet per session, on a few really rendered files."""
    sessions: list[TrainingSession] = context["scaled_sessions"]
    if not sessions:
        return
    certificate, sheet = _drawn(kinds.CERTIFICATE), _drawn(kinds.ATTENDANCE_SHEET)
    for start in range(0, len(sessions), BATCH):
        keys = [session.pk for session in sessions[start : start + BATCH]]
        batch = TrainingSession.objects.select_related("programme_version__programme", "venue")
        seeding.bulk_issue_sheets(
            sessions=batch.filter(pk__in=keys).order_by("pk"), shared_pdf=sheet
        )
        seeding.bulk_issue(
            enrolments=Enrolment.objects.filter(session__in=keys)
            .select_related(
                "session__programme_version__programme",
                "session__venue",
                "learner",
                "employer",
                "agreement",
            )
            .order_by("session", "pk"),
            shared_pdf=certificate,
        )


def _drawn(code: str) -> seeding.SharedFile:
    """A sealed file of the kind, on its sample: real bytes, no one's data."""
    from certificates.domain.sealing import pades  # noqa: PLC0415  slow: sealing.keys

    kind = kinds.get(code)
    sample = kind.sample()
    return pades.seal(
        engine.render(
            Document(
                kind=code,
                number=f"{kind.prefix}-0000-0000" if kind.is_numbered else "",
                context=sample,
                issued_on=timezone.localdate(),
                session=TrainingSession(code=sample["session_code"]),
            )
        )
    )
