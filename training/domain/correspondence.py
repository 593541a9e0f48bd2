"""Writing to the people of a session, by the channel they prefer."""

from collections.abc import Sequence

from core.domain import outbox
from core.enums import MessageChannel
from core.mails import ComposedMail
from core.models import Message
from training.enums import PreferredChannel
from training.models import Enrolment, Learner


def write_to_learner(
    *,
    mail: ComposedMail,
    enrolment: Enrolment,
    attachments: Sequence[outbox.Attachment] = (),
    is_secret: bool = False,
    dedupe_key: str | None = None,
) -> Message:
    """Write to the learner of an enrolment, by the channel they prefer.

    A personal link never goes through the employer: without an address it waits to be handed
    over. Raises ValueError for a seat not named yet.
    """
    if enrolment.learner is None:
        raise ValueError("A seat without a name cannot be written to.")
    learner: Learner = enrolment.learner
    by_mail = learner.preferred_channel == PreferredChannel.MAIL and learner.email
    return outbox.send(
        mail=mail,
        to_email=learner.email if by_mail else "",
        to_name=str(learner),
        session_id=enrolment.session_id,
        enrolment_id=enrolment.pk,
        attachments=attachments,
        is_secret=is_secret,
        dedupe_key=dedupe_key,
        channel=MessageChannel.MAIL if by_mail else MessageChannel.POST,
    )
