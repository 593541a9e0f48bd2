"""What each role of staff may do with attendance, its evidence and absences."""

from core.registry import EVERYDAY_ROLES, Role, grant, grant_models


def declare() -> None:
    """Register the permissions of the app."""
    grant_models(
        "attendance",
        [
            "absenceground",
            "attendanceevent",
            "chainanchor",
            "halfdaylock",
            "offlinedeposit",
            "paperscan",
            "remoteactivitydone",
        ],
        ["view"],
        to=EVERYDAY_ROLES,
    )
    grant_models("attendance", ["absenceground"], ["add", "change"], to=[Role.DIRECTION])
    grant(
        ["attendance.view_absencefollowup", "attendance.operate_absencefollowup"],
        to=[Role.OFFICE, Role.PEDAGOGY, Role.DIRECTION],
    )
    # The document itself may speak of health: the staff who check it, and no one else.
    grant(["attendance.view_absencedocument"], to=[Role.OFFICE, Role.DIRECTION])
