"""What each role of staff may do with the organisation, messages, jobs and the journal."""

from core.registry import EVERYDAY_ROLES, Role, grant, grant_models


def declare() -> None:
    """Register the permissions of the app."""
    grant(["wagtailadmin.access_admin"], to=Role)
    grant_models(
        "core",
        ["job", "journalentry", "message", "organisation", "rulesetting", "signatory"],
        ["view"],
        to=EVERYDAY_ROLES,
    )
    grant_models(
        "core",
        ["organisation", "rulesetting", "signatory"],
        ["add", "change"],
        to=[Role.DIRECTION],
    )
