"""What a programme asks to be done at a distance, without an appointment: announced with its
estimated duration before anybody enrols (D6313-3-1).
"""

from typing import TypedDict

from django.db.models import QuerySet

from core.french import format_minutes
from training.enums import EvidenceKind
from training.models import ProgrammeVersion, RemoteActivity
from training.programme_content import ProgrammeContent


class Announced(TypedDict):
    """An activity as pages and documents tell it before anybody enrols."""

    title: str
    duration: str
    evidence: str


def activities_of(version: ProgrammeVersion) -> QuerySet[RemoteActivity]:
    """The remote activities of a version, in order."""
    return RemoteActivity.objects.filter(version=version).order_by("position")


def announced(version: ProgrammeVersion) -> list[Announced]:
    """The remote activities with their estimated duration, for pages, agreements, convocations.

    Read from the frozen content of the version: no query. D6313-3-1 (2°).
    """
    return announced_in(version.content)


def announced_in(content: ProgrammeContent) -> list[Announced]:
    """The same from a content not frozen yet: the page being published."""
    return [
        Announced(
            title=item["title"],
            duration=format_minutes(item["minutes"]),
            evidence=str(EvidenceKind(item["evidence"]).label),
        )
        for item in content.get("remote_activities", [])
    ]


def estimated_minutes(version: ProgrammeVersion) -> int:
    """The estimated duration of all the remote activities of a version."""
    return sum(item["minutes"] for item in version.content.get("remote_activities", []))
