"""What a person opens on their own phone."""

from tests.attendance.people import Room, link_of

WRONG = "Ce lien ou ce code n’est pas valable ici."


def link(here: Room, rank: int = 0) -> str:
    """The personal link of a person of the room."""
    return f"/emargement/{link_of(here.enrolments[rank])}/"


def own(here: Room, rank: int = 0) -> str:
    """Where the person signs, once recognised."""
    return f"/emargement/signer/{here.enrolments[rank].uuid}/"
