"""One typed function per mail of quality. Each has a subject, a text and an HTML template."""

from core.mails import ComposedMail, absolute_url, compose, long_day
from quality.models import Complaint


def complaint_received(complaint: Complaint) -> ComposedMail:
    """The acknowledgement: its reference, and what happens next. Their words are not repeated."""
    return compose(
        "complaint_received",
        {
            "author": complaint.author_name,
            "received_on": long_day(complaint.received_at),
            "reference": complaint.reference,
        },
        useful_until=None,
    )


def complaint_to_team(complaint: Complaint) -> ComposedMail:
    """A complaint has come: where to read it. What it says stays in the back office."""
    return compose(
        "complaint_to_team",
        {
            "reference": complaint.reference,
            "author_kind": complaint.get_author_kind_display().lower(),
            "url": absolute_url("complaints:inspect", pk=complaint.pk),
        },
        useful_until=None,
    )
