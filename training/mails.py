"""One typed function per mail of training. Each has a subject, a text and an HTML template."""

import datetime as dt
from typing import Any

from core.french import PARIS, format_day, format_time
from core.mails import ComposedMail, absolute_url, compose, days_from_now, long_day
from training.models import Enquiry, Enrolment, HalfDay, Learner, Trainer, TrainingSession

#: Days after which an acknowledgement or a step of an enrolment has been overtaken.
ANSWER = 14
#: The same for a decision that the person may have learnt otherwise.
DECISION = 30


def session_facts(session: TrainingSession) -> dict[str, str]:
    """How a mail names a session."""
    return {"title": session.title, "code": session.code}


def enrolment_facts(enrolment: Enrolment) -> dict[str, Any]:
    """Whom a mail about an enrolment greets, and the session it names."""
    return {"learner": str(enrolment.learner), "session": session_facts(enrolment.session)}


def half_day_facts(half_day: HalfDay) -> dict[str, str]:
    """When and where a half-day takes place, in words, by the clock of the place."""
    return {
        "day": half_day.day_words,
        "label": str(half_day.get_label_display()),
        "times": half_day.times_words,
        "place": half_day.place,
    }


def enrolment_to_confirm(enrolment: Enrolment, token: str, expires_at: dt.datetime) -> ComposedMail:
    """The link that confirms the address of a public request; nothing is kept before."""
    context = {
        **enrolment_facts(enrolment),
        "url": absolute_url("portal:enrol-confirm", token=token),
        "until": f"{format_day(expires_at)} à {format_time(expires_at, zone=PARIS)}",
    }
    return compose("enrolment_to_confirm", context, useful_until=expires_at)


def enrolment_received(enrolment: Enrolment) -> ComposedMail:
    """The office has received the request; a place is kept while it answers."""
    return compose(
        "enrolment_received", enrolment_facts(enrolment), useful_until=days_from_now(ANSWER)
    )


def enrolment_waitlisted(enrolment: Enrolment) -> ComposedMail:
    """The session is full; the person is on the waiting list, at this rank."""
    context = {**enrolment_facts(enrolment), "waiting_rank": enrolment.waiting_rank}
    return compose("enrolment_waitlisted", context, useful_until=days_from_now(ANSWER))


def enrolment_already_known(enrolment: Enrolment) -> ComposedMail:
    """A request came again for a place that the person already has."""
    return compose(
        "enrolment_already_known", enrolment_facts(enrolment), useful_until=days_from_now(ANSWER)
    )


def enrolment_accepted(enrolment: Enrolment) -> ComposedMail:
    """The office accepts the request; paperwork follows."""
    return compose(
        "enrolment_accepted", enrolment_facts(enrolment), useful_until=days_from_now(ANSWER)
    )


def enrolment_confirmed(enrolment: Enrolment) -> ComposedMail:
    """The place is confirmed, with the dates of every half-day."""
    half_days = _half_days(enrolment)
    return compose(
        "enrolment_confirmed",
        confirmation_facts(enrolment, half_days),
        useful_until=max([half_day.ends_at for half_day in half_days] + [days_from_now(ANSWER)]),
    )


def confirmation_facts(enrolment: Enrolment, half_days: list[HalfDay]) -> dict[str, Any]:
    """What a confirmation says; the learner's own space only when they have an account."""
    learner = enrolment.learner
    has_space = learner is not None and learner.user_id is not None
    return {
        **enrolment_facts(enrolment),
        "half_days": [half_day_facts(half_day) for half_day in half_days],
        "space_url": absolute_url("portal:home") if has_space else "",
    }


def _half_days(enrolment: Enrolment) -> list[HalfDay]:
    return list(enrolment.session.half_days.counting().with_place())


def enrolment_refused(enrolment: Enrolment, reason: str) -> ComposedMail:
    """The office cannot take the person, and says why."""
    return compose(
        "enrolment_refused",
        {**enrolment_facts(enrolment), "reason": reason},
        useful_until=days_from_now(DECISION),
    )


def place_offered(enrolment: Enrolment) -> ComposedMail:
    """A place has come free for a person of the waiting list."""
    return compose("place_offered", enrolment_facts(enrolment), useful_until=days_from_now(ANSWER))


def session_cancelled(enrolment: Enrolment, reason: str) -> ComposedMail:
    """The session will not take place."""
    return compose(
        "session_cancelled",
        {**enrolment_facts(enrolment), "reason": reason},
        useful_until=days_from_now(DECISION),
    )


def half_day_changed(
    half_day: HalfDay, *, target: HalfDay | None, to: Learner | Trainer, reason: str
) -> ComposedMail:
    """A half-day will not take place, or takes place at another time (`target`), and why."""
    return compose(
        "half_day_changed",
        {
            "to": str(to),
            "session": session_facts(half_day.session),
            "half_day": half_day_facts(half_day),
            "target": half_day_facts(target) if target else None,
            "reason": reason,
        },
        # It may be said after the fact: what was to be is then still news.
        useful_until=max((target or half_day).ends_at, days_from_now(2)),
    )


def enquiry_received(enquiry: Enquiry) -> ComposedMail:
    """Their request arrived, and when they hear from us."""
    return compose(
        "enquiry_received",
        {
            "name": enquiry.name,
            "received_on": long_day(enquiry.received_at),
            "subject": enquiry.get_subject_display().lower(),
        },
        useful_until=days_from_now(ANSWER),
    )


def enquiry_to_team(enquiry: Enquiry) -> ComposedMail:
    """A request came through the site: who asks, and where to answer from."""
    return compose(
        "enquiry_to_team",
        {
            "name": enquiry.name,
            "company": enquiry.organisation,
            "subject": enquiry.get_subject_display().lower(),
            "url": absolute_url("enquiries:inspect", pk=enquiry.pk),
        },
        useful_until=None,
    )


def account_address_left(person: Learner | Trainer, changed_at: dt.datetime) -> ComposedMail:
    """To the address that opened the account until then; it names neither the new one nor a course,
    for another person may read it."""
    return compose("account_address_left", _address_facts(person, changed_at), useful_until=None)


def account_address_taken(person: Learner | Trainer, changed_at: dt.datetime) -> ComposedMail:
    """To the address that opens the account from now on."""
    return compose(
        "account_address_taken",
        {**_address_facts(person, changed_at), "url": absolute_url("portal:home")},
        useful_until=None,
    )


def _address_facts(person: Learner | Trainer, changed_at: dt.datetime) -> dict[str, str]:
    return {
        "person": str(person),
        "changed_at": f"{format_day(changed_at)} à {format_time(changed_at, zone=PARIS)}",
    }
