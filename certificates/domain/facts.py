"""What documents say of a session, read once for all the documents of the session."""

import datetime as dt
import re
from collections import defaultdict
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from certificates.domain import look
from training.domain import attendance, remote
from training.domain.canonical import canonical_json
from training.enums import FundingScheme, HalfDayState, Modality
from training.exceptions import DomainError
from training.models import (
    AttendanceMark,
    Enrolment,
    FundingLine,
    HalfDay,
    Organisation,
    Signatory,
    TrainingSession,
)

#: Control characters, those that turn the order of letters round, and lone surrogates: no text of
#: ours needs them, no PDF may hold them.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


class SessionFacts:
    """The facts of one session, each read from the database the first time it is needed.

    Without a session (an agreement whose dates are unknown), there are neither days nor people.
    """

    def __init__(self, session: TrainingSession | None) -> None:
        self.session = session

    @cached_property
    def organisation(self) -> Organisation:
        """The training organisation."""
        return Organisation.load()

    @cached_property
    def half_days(self) -> list[HalfDay]:
        """Those that take place, in order, with their place."""
        return list(
            HalfDay.objects.counting()
            .filter(session=self.session)
            .select_related("venue", "session__venue")
            .order_by("starts_at", "pk")
        )

    @cached_property
    def half_days_with_trainers(self) -> list[HalfDay]:
        """The same, with who trains."""
        prefetch_related_objects(self.half_days, "assignments__trainer")
        return self.half_days

    @cached_property
    def expected(self) -> dict[int, set[int]]:
        """By half-day id: the ids of the enrolments expected there."""
        by_half_day = attendance.expected_by_half_days(half_days=self.half_days)
        return {half_day_id: set(ids) for half_day_id, ids in by_half_day.items()}

    @cached_property
    def half_days_not_held(self) -> list[HalfDay]:
        """Those that were cancelled or moved, in order, with where they went."""
        return list(
            HalfDay.objects.filter(
                session=self.session, state__in=[HalfDayState.CANCELLED, HalfDayState.MOVED]
            )
            .select_related("venue", "session__venue", "moved_to")
            .order_by("starts_at", "pk")
        )

    @cached_property
    def recorded(self) -> dict[int, set[int]]:
        """By half-day id: the ids of the enrolments of which something is recorded."""
        found: dict[int, set[int]] = defaultdict(set)
        for half_day_id, enrolment_id in AttendanceMark.objects.filter(
            half_day__session=self.session
        ).values_list("half_day_id", "enrolment_id"):
            found[half_day_id].add(enrolment_id)
        return dict(found)

    @cached_property
    def minutes(self) -> dict[int, int]:
        """By enrolment id: the minutes really followed; somebody never recorded is not there."""
        return attendance.attended_minutes(session=self.session)

    @cached_property
    def minutes_by_half_day(self) -> dict[int, dict[int, int]]:
        """By enrolment id, then half-day id: the minutes really followed."""
        found: dict[int, dict[int, int]] = defaultdict(dict)
        marks = AttendanceMark.objects.filter(half_day__in=self.half_days).order_by("pk")
        for enrolment_id, half_day_id, minutes in marks.values_list(
            "enrolment_id", "half_day_id", "minutes"
        ):
            found[enrolment_id][half_day_id] = minutes
        return found

    @cached_property
    def certified_by_month(self) -> set[int]:
        """Ids of the enrolments whose funder wants one certificate a month."""
        lines = FundingLine.objects.filter(
            agreement__session=self.session, scheme=FundingScheme.CPF_TRANSITION
        ).values_list("enrolment_id", "agreement_id")
        people: set[int] = {enrolment_id for enrolment_id, _agreement in lines if enrolment_id}
        whole = {agreement_id for enrolment_id, agreement_id in lines if enrolment_id is None}
        if whole:
            people.update(
                Enrolment.objects.filter(agreement__in=whole).values_list("pk", flat=True)
            )
        return people

    @cached_property
    def remote_work(self) -> dict[int, list[tuple[dt.date, int]]]:
        """By enrolment id: day and estimated minutes of each remote activity validated."""
        return remote.validated_work(session=self.session)

    def remote_days(self, enrolment: Enrolment, month: str = "") -> list[dt.date]:
        """The days of somebody's validated remote activities, of one month (« 2026-11 ») or all."""
        work = self.remote_work.get(enrolment.pk, [])
        return [day for day, _minutes in work if f"{day:%Y-%m}".startswith(month)]

    def remote_minutes(self, enrolment: Enrolment, month: str = "") -> int:
        """The estimated minutes of the same, never the time of a platform."""
        work = self.remote_work.get(enrolment.pk, [])
        return sum(minutes for day, minutes in work if f"{day:%Y-%m}".startswith(month))

    def followed(self, enrolment: Enrolment) -> int:
        """All the minutes that somebody followed, in half-days and in remote activities."""
        return self.minutes.get(enrolment.pk, 0) + self.remote_minutes(enrolment)

    def followed_remotely(
        self, enrolment: Enrolment, *, half_days: list[HalfDay] | None = None, month: str = ""
    ) -> int:
        """Those of them that were at a distance, with or without an appointment."""
        recorded = self.minutes_by_half_day.get(enrolment.pk, {})
        return self.remote_minutes(enrolment, month) + sum(
            recorded.get(item.pk, 0)
            for item in (self.half_days if half_days is None else half_days)
            if item.modality == Modality.REMOTE
        )

    @cached_property
    def enrolments(self) -> list[Enrolment]:
        """Those that took part, by name, with learner, employer and agreement."""
        return list(
            Enrolment.objects.taking_part()
            .filter(session=self.session, learner__isnull=False)
            .select_related("learner", "employer", "agreement", "session")
            .order_by("learner__last_name", "learner__first_name", "pk")
        )

    @cached_property
    def _expected_by_enrolment(self) -> dict[int, list[HalfDay]]:
        followed: dict[int, list[HalfDay]] = defaultdict(list)
        for half_day in self.half_days:
            for enrolment_id in self.expected.get(half_day.pk, ()):
                followed[enrolment_id].append(half_day)
        return followed

    def half_days_of(self, enrolment: Enrolment) -> list[HalfDay]:
        """The half-days where somebody was expected; the whole session when it says nothing."""
        return self._expected_by_enrolment.get(enrolment.pk) or self.half_days

    def signatory(self, kind: str, on: dt.date) -> Signatory:
        """Who signs documents of this kind on the day `on`.

        Raises `DomainError` (`no_signatory`): a certificate names its signer (arrêté du 21
        décembre 2018).
        """
        valid = [
            signatory
            for signatory in self._signatories
            if signatory.valid_from <= on
            and (signatory.valid_to is None or on <= signatory.valid_to)
        ]
        for signatory in valid:
            if kind in _codes(signatory.document_kinds):
                return signatory
        for signatory in valid:
            if not _codes(signatory.document_kinds):
                return signatory
        raise DomainError(
            f"Aucune personne n’est déclarée pour signer ce document au {on:%d/%m/%Y} : "
            "ajoutez-la dans les signataires.",
            code="no_signatory",
        )

    @cached_property
    def _signatories(self) -> list[Signatory]:
        return list(
            Signatory.objects.select_related("signature").order_by("-valid_from", "name", "pk")
        )


def _codes(text: str) -> set[str]:
    return {code.strip() for code in text.split(",") if code.strip()}


def organisation_facts(organisation: Organisation) -> dict[str, Any]:
    """How the organisation names itself on every document."""
    return {
        "name": str(organisation),
        "legal_name": organisation.legal_name,
        "address": organisation.full_address,
        "city": organisation.city,
        "siret": organisation.siret,
        "activity_number": organisation.activity_number,
        "activity_region": organisation.activity_region,
        "contact": ", ".join(filter(None, [organisation.phone, organisation.email])),
        **look.of_organisation(organisation),
    }


def freeze(context: dict[str, Any]) -> dict[str, Any]:
    """The context as it will be stored: printable text, canonical types.

    Raises TypeError for a type without a canonical form (a float, a date): our mistake.
    """
    frozen: dict[str, Any] = _printable(context)
    canonical_json(frozen)
    return frozen


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", str(value))
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value


def today() -> dt.date:
    """The day in Europe/Paris."""
    return timezone.localdate()
