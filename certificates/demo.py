"""What the room adds to the demonstration: the texts in force, and documents by the thousand."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.utils import timezone

from certificates import kinds
from certificates.domain import bulk, rendering, texts
from certificates.enums import TextSlug
from certificates.models import Document
from training.models import Enrolment, TrainingSession
from training.registry import demo_step, scale_step

#: Sessions written in one transaction, on the same two files.
BATCH = 25
#: One file per text of the house, complete, to be read by a person in charge.
TEXTS = Path(__file__).parent / "demo_texts"
TEXTS_IN_FORCE_FROM = dt.date(2025, 9, 1)


@demo_step(15)
def plant_texts(context: dict[str, Any]) -> None:
    """The first version of each text of the house, in force since before the first session."""
    for slug in TextSlug.values:
        if texts.latest(slug) is None:
            texts.write(
                slug=slug,
                body=(TEXTS / f"{slug}.txt").read_text(encoding="utf-8"),
                in_force_from=TEXTS_IN_FORCE_FROM,
                actor=None,
            )


@scale_step(60)
def plant_documents(context: dict[str, Any]) -> None:
    """A certificate per person and a sheet per session, on a few really drawn files."""
    sessions: list[TrainingSession] = context["scaled_sessions"]
    if not sessions:
        return
    certificate, sheet = _drawn(kinds.CERTIFICATE), _drawn(kinds.ATTENDANCE_SHEET)
    for start in range(0, len(sessions), BATCH):
        keys = [session.pk for session in sessions[start : start + BATCH]]
        batch = TrainingSession.objects.select_related("programme_version__programme", "venue")
        bulk.bulk_issue_sheets(sessions=batch.filter(pk__in=keys).order_by("pk"), shared_pdf=sheet)
        bulk.bulk_issue(
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


def _drawn(code: str) -> bulk.SharedFile:
    """A sealed file of the kind, on its sample: real bytes, nobody's data."""
    from certificates.domain import sealing  # see seal_keys: slow to import

    kind = kinds.get(code)
    sample = kind.sample()
    return sealing.seal(
        rendering.render(
            Document(
                kind=code,
                number=f"{kind.prefix}-0000-0000" if kind.is_numbered else "",
                context=sample,
                issued_on=timezone.localdate(),
                session=TrainingSession(code=sample["session_code"]),
            )
        )
    )
