"""Enrolments of a session as a list shows them, each with the actions its state allows."""

from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.urls import reverse

from training.enums import ENDED_ENROLMENT_STATES, EnrolmentState
from training.models import Enrolment, TrainingSession

#: Order of the groups in the list: what asks for a decision first.
GROUPS: list[tuple[str, str]] = [
    (EnrolmentState.REQUESTED, "Demandes à traiter"),
    (EnrolmentState.OFFERED, "Places proposées, réponse attendue"),
    (EnrolmentState.ACCEPTED, "Acceptées, à confirmer"),
    (EnrolmentState.CONFIRMED, "Confirmées"),
    (EnrolmentState.WAITLISTED, "Liste d’attente"),
    (EnrolmentState.UNCONFIRMED, "Adresse à confirmer : ne tiennent aucune place"),
    (EnrolmentState.COMPLETED, "Terminées"),
    (EnrolmentState.NO_SHOW, "Jamais venues"),
    (EnrolmentState.DROPPED_OUT, "Abandons"),
]
CLOSED = {EnrolmentState.REFUSED, EnrolmentState.CANCELLED, EnrolmentState.EXPIRED}


@dataclass(frozen=True)
class EnrolmentAction:
    """An action on an enrolment. `quick`: done by the click itself, without another page."""

    label: str
    url: str
    quick: bool = False


@dataclass(frozen=True)
class EnrolmentRow:
    """One enrolment and what one may do with it."""

    enrolment: Enrolment
    name: str
    main: EnrolmentAction | None = None
    others: list[EnrolmentAction] = field(default_factory=list)
    #: May be ticked for an action on several at once.
    bulk: bool = False


@dataclass(frozen=True)
class EnrolmentGroup:
    """Enrolments of one state."""

    title: str
    rows: list[EnrolmentRow]


#: State → actions, the main one first: (URL name, label, quick).
GESTURES: dict[str, list[tuple[str, str, bool]]] = {
    EnrolmentState.UNCONFIRMED: [("confirm_address", "Confirmer à sa place", True)],
    EnrolmentState.REQUESTED: [
        ("accept", "Accepter", True),
        ("waitlist", "Mettre en liste d’attente", True),
        ("refuse", "Refuser", False),
        ("cancel", "Annuler", False),
    ],
    EnrolmentState.WAITLISTED: [
        ("offer", "Proposer la place", True),
        ("refuse", "Refuser", False),
        ("cancel", "Annuler", False),
    ],
    EnrolmentState.OFFERED: [
        ("accept", "La personne accepte", True),
        ("refuse", "Refuser", False),
        ("cancel", "Annuler", False),
    ],
    EnrolmentState.ACCEPTED: [
        ("confirm", "Confirmer", True),
        ("name", "Remplacer la personne", False),
        ("refuse", "Refuser", False),
        ("cancel", "Annuler", False),
    ],
    EnrolmentState.CONFIRMED: [
        ("drop_out", "Abandon", False),
        ("name", "Remplacer la personne", False),
        ("cancel", "Annuler", False),
    ],
}


def actions_for(enrolment: Enrolment) -> list[EnrolmentAction]:
    """What the state allows; a seat not named yet asks first for a name."""
    if enrolment.state in ENDED_ENROLMENT_STATES:
        specs = [("restore", "Rétablir", False)]
    else:
        specs = list(GESTURES.get(enrolment.state, []))
    if enrolment.learner_id is None:
        unnamed = {"confirm", "name", "drop_out"}
        specs = [spec for spec in specs if spec[0] not in unnamed]
        if enrolment.state not in ENDED_ENROLMENT_STATES:
            specs.insert(0, ("name", "Nommer la personne", False))
    return [
        EnrolmentAction(label, reverse(f"enrolments:{name}", args=[enrolment.pk]), quick)
        for name, label, quick in specs
    ]


def enrolment_row(enrolment: Enrolment, *, may_operate: bool, may_change: bool) -> EnrolmentRow:
    """The row of an enrolment, for a user who may or may not act on it."""
    actions = actions_for(enrolment) if may_operate else []
    main = actions[0] if actions and _stands_out(enrolment) else None
    others = actions[1:] if main else actions
    if may_change:
        url = reverse("enrolments:edit", args=[enrolment.pk])
        others = [*others, EnrolmentAction("Compléter la fiche", url)]
    bulk = (
        may_operate
        and enrolment.learner_id is not None
        and enrolment.state
        in {EnrolmentState.REQUESTED, EnrolmentState.OFFERED, EnrolmentState.ACCEPTED}
    )
    name = str(enrolment.learner) if enrolment.learner else "Place réservée"
    return EnrolmentRow(enrolment, name, main, others, bulk)


def _stands_out(enrolment: Enrolment) -> bool:
    """Whether one action is the expected one; those of a confirmed enrolment end or change it."""
    live = enrolment.state not in ENDED_ENROLMENT_STATES
    return enrolment.state in {
        EnrolmentState.REQUESTED,
        EnrolmentState.WAITLISTED,
        EnrolmentState.OFFERED,
        EnrolmentState.ACCEPTED,
        *CLOSED,
    } or (live and enrolment.learner_id is None)


def enrolments_of(session: TrainingSession) -> QuerySet[Enrolment]:
    """The enrolments with what their rows show."""
    return session.enrolments.select_related(
        "learner",
        "employer",
        "group",
        "replaces",
        "agreement__company",
        "agreement__learner",
        "agreement__funder",
        "session",
    ).order_by("waiting_rank", "learner__sort_key", "pk")


def enrolment_groups(
    session: TrainingSession, *, may_operate: bool, may_change: bool
) -> tuple[list[EnrolmentGroup], list[EnrolmentRow]]:
    """The live enrolments by state, then those that came to nothing; one query."""
    rows = [
        enrolment_row(enrolment, may_operate=may_operate, may_change=may_change)
        for enrolment in enrolments_of(session)
    ]
    groups = [
        EnrolmentGroup(title, found)
        for state, title in GROUPS
        if (found := [row for row in rows if row.enrolment.state == state])
    ]
    closed = [row for row in rows if row.enrolment.state in CLOSED]
    return groups, closed
