"""What each role of staff may do with imports."""

from core.registry import EVERYDAY_ROLES, Role, grant, grant_models


def declare() -> None:
    """Register the permissions of the app."""
    grant_models("exchange", ["importbatch"], ["view"], to=EVERYDAY_ROLES)
    grant(
        ["exchange.commit_importbatch", "exchange.add_importbatch"],
        to=[Role.OFFICE, Role.DIRECTION],
    )
