"""What each role of staff may do with documents."""

from core.registry import Role, grant, grant_models


def declare() -> None:
    """Register the permissions of the app."""
    grant(
        ["certificates.view_document"],
        to=[Role.OFFICE, Role.PEDAGOGY, Role.QUALITY, Role.DIRECTION],
    )
    grant(["certificates.issue_document"], to=[Role.OFFICE, Role.DIRECTION])
    grant(["certificates.run_integritycheck"], to=[Role.QUALITY, Role.DIRECTION])
    grant(["certificates.revoke_document"], to=[Role.DIRECTION])
    grant_models(
        "certificates",
        ["documenttemplate"],
        ["view"],
        to=[Role.OFFICE, Role.PEDAGOGY, Role.QUALITY, Role.DIRECTION],
    )
    grant_models(
        "certificates", ["documenttemplate"], ["add", "change"], to=[Role.QUALITY, Role.DIRECTION]
    )
