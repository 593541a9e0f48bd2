"""One typed function per mail of evaluations."""

from core.mails import ComposedMail, absolute_url, compose, long_day
from evaluations.models import Invitation
from training.mails import enrolment_facts


def questionnaire_invitation(invitation: Invitation, token: str) -> ComposedMail:
    """Three minutes to say what the session was worth, through a personal link."""
    return compose(
        "questionnaire_invitation",
        {
            **enrolment_facts(invitation.enrolment),
            "url": absolute_url("portal:questionnaire", token=token),
            "expires_on": long_day(invitation.expires_at),
        },
        useful_until=invitation.expires_at,
    )
