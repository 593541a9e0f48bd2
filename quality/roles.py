"""What each role of staff may do with evidence."""

from core.registry import Role, grant


def declare() -> None:
    """Register the permissions of the app."""
    grant(
        [
            "quality.view_auditpack",
            "quality.build_auditpack",
            "quality.download_auditpack",
            "quality.view_complaint",
        ],
        to=[Role.QUALITY, Role.DIRECTION],
    )
