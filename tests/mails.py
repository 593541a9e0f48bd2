"""A mail to send, and what a message says once it is opened."""

from core.domain import outbox
from core.mails import ComposedMail, compose
from core.models import Message


def a_mail(*, url: str = "https://exemple.test/secret") -> ComposedMail:
    """A mail of the product whose text carries a link."""
    return compose(
        "complaint_to_team", {"reference": "R-1", "author_kind": "une personne", "url": url}
    )


def opened(message: Message) -> Message:
    """The message with its text rendered, as on the screen that opens it."""
    return outbox.ensure_text(message)
