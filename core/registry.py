"""What each app offers to features that cross all apps; `operations` walks it.

Apps register in their `AppConfig.ready`; nothing here knows who does.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.urls import reverse

from core.machines import Transitions


class Role(models.TextChoices):
    """Roles of staff: each is a group whose permissions the apps declare."""

    OFFICE = "office", "Secrétariat"
    PEDAGOGY = "pedagogy", "Pédagogie"
    QUALITY = "quality", "Qualité"
    DIRECTION = "direction", "Direction"
    EDITOR = "editor", "Rédaction"


#: Roles that read every record of training; editors write the public site alone.
EVERYDAY_ROLES = (Role.OFFICE, Role.PEDAGOGY, Role.QUALITY, Role.DIRECTION)


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """One thing that keeps an action from being possible, with the link that resolves it."""

    #: For programs and tests.
    code: str
    #: For people, in French, with the names it is about.
    sentence: str
    #: URL name and arguments of the screen that resolves it, and the words of the link.
    resolved_at: tuple[Any, ...] = ()
    link: str = ""
    #: Whether a written reason overrides it.
    overridable: bool = False

    @property
    def url(self) -> str:
        """Where it is resolved; empty when there is no such screen."""
        if not self.resolved_at:
            return ""
        name, *arguments = self.resolved_at
        return reverse(name, args=arguments)


@dataclass(frozen=True, kw_only=True)
class PublishedHead:
    """Where a session's chain of attendance ended when a root that covers it was published."""

    sequence: int
    hash: str
    #: Identifier of the first event: which chain it was.
    first_id: uuid.UUID
    #: What covers it, in French: « la racine publiée le 27 novembre 2026 ».
    words: str


#: From the id of a session to the published heads of its chain, oldest first.
PublishedHeads = Callable[[int], Iterable[PublishedHead]]
#: From a list of roots kept elsewhere (bytes, or None) to what no longer agrees, in French.
EvidenceCheck = Callable[[bytes | None], Iterable[str]]
#: From a moment to the words of what was last published before it; empty when nothing was.
EvidenceNote = Callable[[dt.datetime], str]
Blockers = Callable[[Any], Iterable[Blocker]]


@dataclass
class Registry:
    """Everything registered so far."""

    #: Permissions (« app.codename ») of each role.
    permissions: dict[str, set[str]] = field(default_factory=dict)
    #: Functions that set up more than model permissions for the roles (page permissions…).
    role_setups: list[Callable[[], None]] = field(default_factory=list)
    #: (order, function) that seed the demonstration; each receives the shared context dict.
    demo_steps: list[tuple[int, Callable[[dict[str, Any]], None]]] = field(default_factory=list)
    #: (order, function) that seed `scale` delivered sessions in bulk for measurements.
    scale_steps: list[tuple[int, Callable[[dict[str, Any]], None]]] = field(default_factory=list)
    #: Name of an app's table of personal data → function from a learner to plain data.
    personal_data: dict[str, Callable[[Any], list[dict[str, Any]]]] = field(default_factory=dict)
    #: Functions that name public URLs for the foot of the site: (title, URL).
    public_links: list[Callable[[], list[tuple[str, str]]]] = field(default_factory=list)
    #: Verb of the journal → its French words.
    journal_verbs: dict[str, str] = field(default_factory=dict)
    #: Kind of background job → its French words.
    job_kinds: dict[str, str] = field(default_factory=dict)
    #: Code of a dated rule → the value that applies until the direction writes another.
    dated_rules: dict[str, int] = field(default_factory=dict)
    #: (table of a machine, state reached) → functions that say what stands in the way.
    blockers: dict[tuple[Transitions, str], list[Blockers]] = field(default_factory=dict)
    #: What of a record (« training.trainingsession.code ») → functions that say what keeps it as
    #: it is.
    kept_values: dict[str, list[Blockers]] = field(default_factory=dict)
    #: Functions that say where chains ended when they were last published.
    published_heads: list[PublishedHeads] = field(default_factory=list)
    #: Functions that check all evidence against what was published of it.
    evidence_checks: list[EvidenceCheck] = field(default_factory=list)
    #: Functions that give the words, printed with evidence, of what was last published.
    evidence_notes: list[EvidenceNote] = field(default_factory=list)


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
    """Register a function that seeds part of the demonstration, in increasing order."""

    def register(function: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        registry.demo_steps.append((order, function))
        return function

    return register


def scale_step(order: int) -> Callable[[Callable[[dict[str, Any]], None]], Any]:
    """Register a function that seeds its part of many delivered sessions, in increasing order."""

    def register(function: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        registry.scale_steps.append((order, function))
        return function

    return register


def personal_data(name: str) -> Callable[[Callable[[Any], list[dict[str, Any]]]], Any]:
    """Register what an app holds about a learner, for the export of a person's file."""

    def register(
        function: Callable[[Any], list[dict[str, Any]]],
    ) -> Callable[[Any], list[dict[str, Any]]]:
        registry.personal_data[name] = function
        return function

    return register


def describe_verbs(words: dict[str, str]) -> None:
    """Give the French words of the verbs that an app writes in the journal."""
    registry.journal_verbs.update(words)


def describe_jobs(words: dict[str, str]) -> None:
    """Give the French words of the kinds of background jobs that an app asks for."""
    registry.job_kinds.update(words)


def declare_rules(defaults: dict[str, int]) -> None:
    """Give the dated rules of an app and their first values.

    Minutes, hours, days, months, euros or percent, as their names say.
    """
    registry.dated_rules.update(defaults)


def public_links(
    function: Callable[[], list[tuple[str, str]]],
) -> Callable[[], list[tuple[str, str]]]:
    """Register a function that names the public URLs of an app, those that exist today."""
    registry.public_links.append(function)
    return function


def blockers(machine: Transitions, to: str) -> Callable[[Blockers], Blockers]:
    """Register a function of a higher app that says what stands in the way of a transition.

    It receives the row, locked when the transition is under way, and returns `Blocker`s: screens
    show them, and the transition is refused while there is one.
    """

    def register(function: Blockers) -> Blockers:
        registry.blockers.setdefault((machine, str(to)), []).append(function)
        return function

    return register


def keeps_value(name: str) -> Callable[[Blockers], Blockers]:
    """Register a function of a higher app that says why a value of a record stays as it is.

    `name`: « training.trainingsession.code ». It receives the row, locked when a change is under
    way.
    """

    def register(function: Blockers) -> Blockers:
        registry.kept_values.setdefault(name, []).append(function)
        return function

    return register


def why_kept(name: str, row: Any) -> list[Blocker]:
    """Everything that higher apps say keeps this value of the row as it is."""
    functions = registry.kept_values.get(name, [])
    return [blocker for function in functions for blocker in function(row)]


def publishes_evidence(*, heads: PublishedHeads, check: EvidenceCheck, note: EvidenceNote) -> None:
    """Register what an app publishes of all evidence: it is verified below, and printed with it."""
    registry.published_heads.append(heads)
    registry.evidence_checks.append(check)
    registry.evidence_notes.append(note)


def published_heads(session_id: int) -> list[PublishedHead]:
    """Every published head of the chain of a session."""
    return [head for function in registry.published_heads for head in function(session_id)]


def evidence_faults(roots: bytes | None = None) -> list[str]:
    """What no longer agrees with what was published, in French; `roots`: a list kept elsewhere."""
    return [fault for function in registry.evidence_checks for fault in function(roots)]


def evidence_note(at: dt.datetime) -> str:
    """The words of what was last published before a moment, printed with what proves something."""
    return " ".join(filter(None, (function(at) for function in registry.evidence_notes)))
