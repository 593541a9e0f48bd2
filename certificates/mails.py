"""One typed function per mail of the room."""

from certificates.models import Document
from training.mails import ComposedMail, compose


def certificate_issued(document: Document) -> ComposedMail:
    """The certificate is attached; it may replace an earlier one, which is then no longer valid."""
    return compose(
        "certificate_issued",
        {
            "document": document,
            "learner": document.enrolment.learner,
            "session": document.session,
            "replaced": document.supersedes,
        },
        folder="certificates/mail",
    )
