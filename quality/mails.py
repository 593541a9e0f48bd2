"""Mails of the room. Each has a subject, a text and an HTML template."""

from quality.models import Complaint
from training.mails import ComposedMail, absolute_url, compose


def complaint_received(complaint: Complaint) -> ComposedMail:
    """The acknowledgement: its reference, and what happens next. Their words are not repeated."""
    return compose("complaint_received", {"complaint": complaint}, folder="quality/mail")


def complaint_to_team(complaint: Complaint) -> ComposedMail:
    """A complaint has come: where to read it. What it says stays in the back office."""
    return compose(
        "complaint_to_team",
        {"complaint": complaint, "url": absolute_url("complaints:inspect", pk=complaint.pk)},
        folder="quality/mail",
    )
