"""What each role of staff may do with documents."""

from training.registry import Role, grant


def declare() -> None:
    """Register the permissions of the room."""
    grant(
        ["certificates.view_document"],
        to=[Role.OFFICE, Role.PEDAGOGY, Role.QUALITY, Role.DIRECTION],
    )
    grant(["certificates.issue_document"], to=[Role.OFFICE, Role.DIRECTION])
    grant(["certificates.revoke_document"], to=[Role.DIRECTION])
