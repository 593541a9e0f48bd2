"""Accounts of learners and trainers: opened when they are needed, without a password.

An account is an address that can receive a code. An address is often shared by a family or an
office, so the account of an address belongs to the first person who had it; another person with
the same address gets none, and the journal says so to the office.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from core.domain import journal
from core.text import same_key
from training.domain.account_addresses import change_address
from training.models import Learner, Trainer

Person = Learner | Trainer


def ensure_user(person: Person) -> User | None:
    """The person's account, opened if need be; None without an address, or with another person's.

    Idempotent.
    """
    ensure_users(people=[person])
    return person.user


@dataclass(frozen=True)
class Linked:
    """What `link` did: the people who got an account, and the accounts opened for that."""

    people: list[Person] = field(default_factory=list)
    opened: list[User] = field(default_factory=list)


def ensure_users(*, people: Iterable[Person]) -> int:
    """Open and link the accounts that are missing; returns how many people were linked."""
    return len(link(people=people).people)


def link(*, people: Iterable[Person]) -> Linked:
    """Open and link the accounts that are missing.

    The number of queries does not depend on the number of people. Those without an address are
    left alone.
    """
    waiting = [person for person in people if person.email and person.user_id is None]
    if not waiting:
        return Linked()
    with transaction.atomic():
        users, new = _users_by_address(waiting)
        taken = _users_with_trainer(users.values())
        linked: list[Person] = []
        refused: list[Person] = []
        for person in waiting:
            user = users[_address(person)]
            mine = _same_name(user, person)
            if isinstance(person, Trainer) and user.pk in taken:
                mine = False
            if not mine:
                refused.append(person)
                continue
            person.user = user
            linked.append(person)
            if isinstance(person, Trainer):
                taken.add(user.pk)
        for model in (Learner, Trainer):
            rows: list[Any] = [person for person in linked if isinstance(person, model)]
            # Rows that exist: `bulk_update` would take five times as long for thousands of them.
            model.objects.bulk_create(
                rows,
                batch_size=500,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=["user"],
            )
        journal.record_many(
            actor=None,
            lines=[
                *(journal.Line(verb="account.linked", subject=person) for person in linked),
                *(journal.Line(verb="account.not_linked", subject=person) for person in refused),
            ],
        )
    return Linked(people=linked, opened=[users[address] for address in new])


def keep_up(*, person: Person, actor: User | None) -> str:
    """After staff wrote the record: the account follows. Returns a sentence for staff when it
    could not, an empty text otherwise.

    A trainer's account is opened at once; a learner's waits for a confirmed enrolment. A linked
    account takes the new address of its person, unless another user logs in with it, or the
    account opens the back office: a user who writes records must not become a colleague that way.
    """
    if person.user is None:
        taking_part = isinstance(person, Trainer) or person.enrolments.taking_part().exists()
        if taking_part and ensure_user(person) is None:
            return why_no_account(person)
        return ""
    user, address = person.user, _address(person)
    if not address or address == user.email:
        return ""
    if user.belongs_to_staff:
        return (
            f"{person} se connecte toujours avec {user.email} : l’adresse d’un compte qui ouvre "
            "la gestion se change dans les comptes."
        )
    if User.objects.filter(email=address).exists():
        return (
            f"{person} se connecte toujours avec {user.email} : l’adresse {address} est celle "
            "d’un autre compte."
        )
    change_address(person=person, address=address, actor=actor)
    return ""


def why_no_account(person: Person) -> str:
    """Why the person cannot log in, in a sentence for staff; empty when they can."""
    if person.user_id is not None:
        return ""
    if not person.email:
        return "Sans adresse de courriel, cette personne n’a pas d’espace en ligne."
    user = User.objects.filter(email=_address(person)).first()
    if user is not None and not _same_name(user, person):
        return (
            f"L’adresse {person.email} est déjà celle du compte de {user.get_full_name()} : "
            "donnez-lui une autre adresse pour lui ouvrir un espace."
        )
    return "Le compte s’ouvrira quand l’inscription sera confirmée."


def _address(person: Person) -> str:
    return User.objects.normalize_email(person.email)


def _users_by_address(people: Sequence[Person]) -> tuple[dict[str, User], list[str]]:
    """The account of each address, made in the name of the first person where there is none;
    and the addresses of those made."""
    addresses = {_address(person) for person in people}
    known = set(User.objects.filter(email__in=addresses).values_list("email", flat=True))
    new: dict[str, User] = {}
    for person in people:
        address = _address(person)
        if address not in known and address not in new:
            new[address] = User(
                email=address,
                first_name=person.first_name,
                last_name=person.last_name,
                password=make_password(None),
            )
    # Another process may be opening the same account: the second one reads the first's.
    User.objects.bulk_create(new.values(), batch_size=500, ignore_conflicts=True)
    found = {user.email: user for user in User.objects.filter(email__in=addresses)}
    return found, list(new)


def _users_with_trainer(users: Iterable[User]) -> set[int]:
    """Accounts that are a trainer's already: an account is one trainer at most."""
    ids = [user.pk for user in users]
    return set(Trainer.objects.filter(user__in=ids).values_list("user_id", flat=True))


def _same_name(user: User, person: Person) -> bool:
    """Same first and last name, whatever the capitals, accents, hyphens."""
    return same_key(
        f"{user.first_name} {user.last_name}", f"{person.first_name} {person.last_name}"
    )
