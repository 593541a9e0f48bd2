"""The address that opens an account, when staff change it: both addresses are written to, and the
half-days to come show it.

A person who writes records could otherwise log in, and sign, as a trainer without anyone noticing.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from core.domain import journal, outbox
from core.models import JournalEntry
from training import mails
from training.domain.expected import expected_by_half_days
from training.models import HalfDay, Learner, Trainer

Person = Learner | Trainer
VERB = "account.address_changed"
#: Days during which a changed address is shown at the half-days of the person.
SHOWN_DAYS = 30


@dataclass(frozen=True)
class AddressChange:
    """The account of `person` took another address `at` that moment, written `by` that user, and
    was used since."""

    person: Person
    at: dt.datetime
    by: User | None


def change_address(*, person: Person, address: str, actor: User | None) -> None:
    """The account of the person takes the address; the one left and the one taken are written to.

    The mail to the address left names neither the new one nor a course: another person may read it.
    """
    user = person.user
    if user is None:
        raise ValueError("A person without an account has no address to log in with.")
    left = user.email
    with transaction.atomic():
        user.email = address
        user.save(update_fields=["email"])
        announce_change(person=person, left=left, actor=actor)


def announce_change(*, person: Person, left: str, actor: User | None) -> None:
    """Note in the journal that the account left this address, and write to both addresses.

    Inside the transaction that changes the account.
    """
    entry = journal.record(actor=actor, verb=VERB, subject=person)
    for mail, address in (
        (mails.account_address_left(person, entry.at), left),
        (mails.account_address_taken(person, entry.at), person.user.email if person.user else ""),
    ):
        if address:
            outbox.send(mail=mail, to_email=address, to_name=str(person))


def changes_to_show(*, half_day: HalfDay, at: dt.datetime) -> list[AddressChange]:
    """Of the people of the half-day, those whose account took another address in the last
    `SHOWN_DAYS` days and was used since; the last change of each, trainers first.

    One query when no address changed lately; the number of queries never depends on how many did.
    """
    last = _last_changes(since=at - dt.timedelta(days=SHOWN_DAYS))
    if not last:
        return []
    trainers = Trainer.objects.filter(
        pk__in=_ids(last, Trainer), assignments__half_day=half_day
    ).distinct()
    learners = Learner.objects.filter(
        pk__in=_ids(last, Learner),
        enrolments__in=expected_by_half_days(half_days=[half_day])[half_day.pk],
    ).distinct()
    found = []
    for people in (trainers, learners):
        for person in people.select_related("user").order_by("sort_key", "pk"):
            entry = last[journal.type_of(person), str(person.pk)]
            if _used_since(person, entry.at):
                found.append(AddressChange(person, entry.at, entry.actor))
    return found


def _last_changes(*, since: dt.datetime) -> dict[tuple[str, str], JournalEntry]:
    """By type and identifier of the person, the last line of the journal about their address."""
    entries = (
        JournalEntry.objects.filter(verb=VERB, at__gte=since)
        .select_related("actor")
        .order_by("at", "pk")
    )
    return {(entry.object_type, entry.object_id): entry for entry in entries}


def _ids(changes: Iterable[tuple[str, str]], model: type[Trainer] | type[Learner]) -> list[int]:
    kind = journal.type_of(model)
    return [int(pk) for found, pk in changes if found == kind]


def _used_since(person: Person, moment: dt.datetime) -> bool:
    last = person.user.last_login if person.user else None
    return last is not None and last >= moment
