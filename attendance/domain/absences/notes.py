"""What staff know and write of an absence: its reason, and how they were in touch."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from attendance.domain.absences.moves import refuse_if_closed
from attendance.models import AbsenceFollowUp, AbsenceGround, AbsenceNote
from core.domain import journal
from core.domain.transitions import lock
from core.exceptions import DomainError


def grounds_on(day: dt.date) -> list[AbsenceGround]:
    """The reasons that may be given on a day; one wording of each code, the latest."""
    in_force = AbsenceGround.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day
    ).order_by("valid_from")
    latest = {ground.code: ground for ground in in_force}
    return sorted(latest.values(), key=lambda ground: ground.label)


def choose_ground(
    *, follow_up: AbsenceFollowUp, ground: AbsenceGround, actor: User | None
) -> AbsenceFollowUp:
    """Write why the person was away, from the dated list, which names no illness.

    Raises `DomainError`: `bad_ground` (not in force on the first day), `follow_up_closed`.
    """
    with transaction.atomic():
        locked = lock(follow_up)
        refuse_if_closed(locked)
        first = locked.absences.select_related(
            "half_day__venue", "half_day__session__venue"
        ).first()
        day = first.half_day.day if first else timezone.localdate()
        if ground not in grounds_on(day):
            raise DomainError(
                "Ce motif n’était pas en usage ce jour-là : choisissez-en un autre.",
                code="bad_ground",
            )
        locked.ground = ground
        locked.save(update_fields=["ground"])
        journal.record(
            actor=actor,
            verb="absence.ground_chosen",
            subject=locked,
            session_id=locked.enrolment.session_id,
        )
    follow_up.ground = ground
    return locked


def add_note(
    *, follow_up: AbsenceFollowUp, kind: str, happened_on: dt.date, text: str, actor: User | None
) -> AbsenceNote:
    """Keep how staff were in touch, on which day, and what was said.

    Raises `DomainError`: `text_required`, `time_in_future`, `follow_up_closed`.
    """
    text = text.strip()[:1000]
    if not text:
        raise DomainError("Écrivez ce qui a été dit.", code="text_required")
    if happened_on > timezone.localdate():
        raise DomainError("Cette date est dans le futur.", code="time_in_future")
    with transaction.atomic():
        locked = lock(follow_up)
        refuse_if_closed(locked)
        note = AbsenceNote.objects.create(
            follow_up=locked, kind=kind, happened_on=happened_on, text=text, written_by=actor
        )
        journal.record(
            actor=actor,
            verb="absence.noted",
            subject=locked,
            session_id=locked.enrolment.session_id,
        )
    return note
