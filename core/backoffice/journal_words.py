"""The journal and the background jobs in French words: verbs, kinds, states named by code."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from core.domain import journal
from core.models import JournalEntry
from core.registry import registry


def verb_words(verb: str) -> str:
    """The French words of a verb; the verb itself when no one described it."""
    return registry.journal_verbs.get(verb, verb)


def job_words(kind: str) -> str:
    """The French words of a kind of background job; the kind itself when no one described it."""
    return registry.job_kinds.get(kind, kind)


def state_words(object_type: str, state: str) -> str:
    """The French word of a state of a model (« enrolment », « confirmed »)."""
    return _state_labels(object_type).get(state, state)


@cache
def _state_labels(object_type: str) -> dict[str, str]:
    model = journal.subject_models().get(object_type)
    if model is None:
        return {}
    for field in model._meta.get_fields():
        if field.name == "state":
            return dict(getattr(field, "flatchoices", ()))
    return {}


def detail_sentences(data: dict[str, object]) -> list[str]:
    """What the erasable details of a line say, for people: the reason first."""
    said = []
    if reason := data.get("reason"):
        said.append(str(reason))
    if isinstance(fields := data.get("fields"), list) and fields:
        said.append(
            f"{len(fields)} champ{'s' if len(fields) > 1 else ''} modifié"
            f"{'s' if len(fields) > 1 else ''}"
        )
    if count := data.get("count"):
        said.append(f"{count} en tout")
    if over := data.get("over_capacity_by"):
        said.append(f"au-delà de la capacité : {over}")
    return said


#: What the name of an object needs of other tables, by kind of object.
_RELATED: dict[str, tuple[str, ...]] = {
    "adaptation": ("enrolment__learner", "enrolment__session"),
    "agreement": ("company", "learner", "funder"),
    "attendanceevent": ("enrolment__learner", "half_day"),
    "enrolment": ("learner", "session"),
    "halfday": (),
    "sessiongroup": (),
}


def subject_names(entries: Iterable[JournalEntry]) -> dict[tuple[str, str], str]:
    """Of the objects that the lines are about: (kind, identifier) → name.

    One query by kind of object. A kind without a name worth showing is not in the answer.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.object_type in _RELATED:
            wanted[entry.object_type].add(entry.object_id)
    names = {}
    for kind, identifiers in wanted.items():
        queryset = journal.subject_models()[kind]._base_manager.select_related(*_RELATED[kind])
        for found in queryset.filter(pk__in=identifiers):
            names[kind, str(found.pk)] = _name(kind, found)
    return names


def _name(kind: str, found: object) -> str:
    if kind == "enrolment":
        return str(found.learner or "Place réservée")  # type: ignore[attr-defined]
    if kind == "adaptation":
        return str(found.enrolment.learner)  # type: ignore[attr-defined]
    if kind == "attendanceevent":
        who = found.enrolment.learner if found.enrolment else ""  # type: ignore[attr-defined]
        return ", ".join(filter(None, [str(who), str(found.half_day)]))  # type: ignore[attr-defined]
    return str(found)
