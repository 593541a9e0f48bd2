"""The accounts of the demonstration. They work only under DEMO (`accounts.backends`)."""

from dataclasses import dataclass

from django.contrib.auth.models import Group

from accounts.backends import DEMO_DOMAIN
from accounts.models import User
from core.registry import Role

#: Public on purpose: printed at start, and refused outside the demonstration.
DEMO_PASSWORD = "bocage-2026"  # noqa: S105


@dataclass(frozen=True)
class DemoAccount:
    """A person of the demonstration who can log in."""

    key: str
    first_name: str
    last_name: str
    what: str
    role: str | None = None

    @property
    def email(self) -> str:
        """The e-mail address they log in with."""
        return f"{self.key.replace('_', '-')}@{DEMO_DOMAIN}"


ACCOUNTS = (
    DemoAccount("secretariat", "Corinne", "Rouxel", "secrétariat", Role.OFFICE),
    DemoAccount("pedagogie", "Denis", "Guéguen", "pédagogie", Role.PEDAGOGY),
    DemoAccount("qualite", "Solène", "Pineau", "qualité", Role.QUALITY),
    DemoAccount("direction", "Maëlle", "Kerrien", "direction", Role.DIRECTION),
    DemoAccount("redaction", "Bastien", "Josse", "rédaction du site", Role.EDITOR),
    DemoAccount("formatrice", "Gwenaëlle", "Tanguy", "formatrice"),
    DemoAccount("formateur", "Samir", "Bouvier", "autre formateur"),
    DemoAccount("apprenante", "Aïcha", "Morvan", "personne formée"),
    DemoAccount("entreprise", "Paul", "Durand", "contact d’entreprise"),
)


def account(key: str) -> User:
    """Return the user of an account, made when it is missing, with its role."""
    described = next(item for item in ACCOUNTS if item.key == key)
    user = User.objects.filter(email=described.email).first()
    if user is None:
        user = User.objects.create_user(
            described.email,
            DEMO_PASSWORD,
            first_name=described.first_name,
            last_name=described.last_name,
        )
    if described.role is not None:
        user.groups.add(Group.objects.get(name=Role(described.role).label))
    return user
