"""What each room offers to features that cross all rooms; `config` walks it.

Rooms register in their `AppConfig.ready`; nothing here knows who does.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models


class Role(models.TextChoices):
    """Roles of staff: each is a group whose permissions the rooms declare."""

    OFFICE = "office", "Secrétariat"
    PEDAGOGY = "pedagogy", "Pédagogie"
    QUALITY = "quality", "Qualité"
    DIRECTION = "direction", "Direction"
    EDITOR = "editor", "Rédaction"


@dataclass
class Registry:
    """Everything registered so far."""

    #: Permissions (« app.codename ») of each role.
    permissions: dict[str, set[str]] = field(default_factory=dict)
    #: Functions that set up more than model permissions for the roles (page permissions…).
    role_setups: list[Callable[[], None]] = field(default_factory=list)
    #: (order, function) that plant the demonstration; each receives the shared context dict.
    demo_steps: list[tuple[int, Callable[[dict[str, Any]], None]]] = field(default_factory=list)
    #: (order, function) that plant `scale` delivered sessions in bulk for measurements.
    scale_steps: list[tuple[int, Callable[[dict[str, Any]], None]]] = field(default_factory=list)
    #: Name of a room's table of personal data → function from a learner to plain data.
    personal_data: dict[str, Callable[[Any], list[dict[str, Any]]]] = field(default_factory=dict)
    #: Functions that name public addresses for the foot of the site: (title, address).
    public_links: list[Callable[[], list[tuple[str, str]]]] = field(default_factory=list)
    #: Verb of the journal → its French words.
    journal_verbs: dict[str, str] = field(default_factory=dict)
    #: Kind of background job → its French words.
    job_kinds: dict[str, str] = field(default_factory=dict)


registry = Registry()


def grant(permissions: Iterable[str], *, to: Iterable[str]) -> None:
    """Give the permissions (« app.codename ») to the roles."""
    wanted = set(permissions)
    for role in to:
        registry.permissions.setdefault(role, set()).update(wanted)


def grant_models(
    app_label: str, model_names: Iterable[str], actions: Iterable[str], *, to: Iterable[str]
) -> None:
    """Give the standard permissions (`view`, `add`, `change`, `delete`) on models to the roles."""
    names, verbs = list(model_names), list(actions)
    grant((f"{app_label}.{verb}_{name}" for name in names for verb in verbs), to=to)


def on_roles_applied(function: Callable[[], None]) -> Callable[[], None]:
    """Register a function called, idempotently, each time the roles are applied."""
    registry.role_setups.append(function)
    return function


def demo_step(order: int) -> Callable[[Callable[[dict[str, Any]], None]], Any]:
    """Register a function that plants part of the demonstration, in increasing order."""

    def register(function: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        registry.demo_steps.append((order, function))
        return function

    return register


def scale_step(order: int) -> Callable[[Callable[[dict[str, Any]], None]], Any]:
    """Register a function that plants its part of many delivered sessions, in increasing order."""

    def register(function: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        registry.scale_steps.append((order, function))
        return function

    return register


def personal_data(name: str) -> Callable[[Callable[[Any], list[dict[str, Any]]]], Any]:
    """Register what a room holds about a learner, for the export of a person's file."""

    def register(
        function: Callable[[Any], list[dict[str, Any]]],
    ) -> Callable[[Any], list[dict[str, Any]]]:
        registry.personal_data[name] = function
        return function

    return register


def describe_verbs(words: dict[str, str]) -> None:
    """Give the French words of the verbs that a room writes in the journal."""
    registry.journal_verbs.update(words)


def describe_jobs(words: dict[str, str]) -> None:
    """Give the French words of the kinds of background jobs that a room asks for."""
    registry.job_kinds.update(words)


def public_links(
    function: Callable[[], list[tuple[str, str]]],
) -> Callable[[], list[tuple[str, str]]]:
    """Register a function that names the public addresses of a room, those that exist today."""
    registry.public_links.append(function)
    return function
