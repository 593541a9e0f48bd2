"""What documents say of a session, read once for all the documents of the session."""

import datetime as dt
from collections import defaultdict
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects

from attendance.domain.remote.reading import validated_work
from certificates.domain.rendering import branding
from core.exceptions import DomainError
from core.models import Organisation, Signatory
from training.domain.expected import attended_minutes, expected_by_half_days
from training.enums import FundingScheme, HalfDayState, Modality
from training.models import AttendanceMark, Enrolment, FundingLine, HalfDay, TrainingSession


class DocumentFacts:
    """What the documents of one session print; each fact is read the first time it is needed.

    Without a session (an agreement whose dates are unknown), there are neither days nor people.
    """

    def __init__(self, session: TrainingSession | None) -> None:
        self._session = session

    @property
    def session(self) -> TrainingSession:
        """The session. Raises ValueError where there is none: kinds about one never meet that."""
        if self._session is None:
            raise ValueError("These facts are those of no session.")
        return self._session

    @cached_property
    def organisation(self) -> Organisation:
        """The training organisation."""
        return Organisation.load()

    @cached_property
    def half_days(self) -> list[HalfDay]:
        """Those that take place, in order, with their place."""
        return list(
            HalfDay.objects.counting()
            .filter(session=self._session)
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
        by_half_day = expected_by_half_days(half_days=self.half_days)
        return {half_day_id: set(ids) for half_day_id, ids in by_half_day.items()}

    @cached_property
    def half_days_not_held(self) -> list[HalfDay]:
        """Those that were cancelled or moved, in order, with where they went."""
        return list(
            HalfDay.objects.filter(
                session=self._session, state__in=[HalfDayState.CANCELLED, HalfDayState.MOVED]
            )
            .select_related("venue", "session__venue", "moved_to")
            .order_by("starts_at", "pk")
        )

    @cached_property
    def recorded(self) -> dict[int, set[int]]:
        """By half-day id: the ids of the enrolments of which something is recorded."""
        found: dict[int, set[int]] = defaultdict(set)
        for half_day_id, enrolment_id in AttendanceMark.objects.filter(
            half_day__session=self._session
        ).values_list("half_day_id", "enrolment_id"):
            found[half_day_id].add(enrolment_id)
        return dict(found)

    @cached_property
    def minutes(self) -> dict[int, int]:
        """By enrolment id: the minutes really followed; a person never recorded is not there."""
        return attended_minutes(session=self.session)

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
            agreement__session=self._session, scheme=FundingScheme.CPF_TRANSITION
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
        return validated_work(session=self.session)

    def remote_days(self, enrolment: Enrolment, month: str = "") -> list[dt.date]:
        """The days of a person's validated remote activities, of one month (« 2026-11 ») or all."""
        work = self.remote_work.get(enrolment.pk, [])
        return [day for day, _minutes in work if f"{day:%Y-%m}".startswith(month)]

    def remote_minutes(self, enrolment: Enrolment, month: str = "") -> int:
        """The estimated minutes of the same, never the time of a platform."""
        work = self.remote_work.get(enrolment.pk, [])
        return sum(minutes for day, minutes in work if f"{day:%Y-%m}".startswith(month))

    def followed(self, enrolment: Enrolment) -> int:
        """All the minutes that a person followed, in half-days and in remote activities."""
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
            .filter(session=self._session, learner__isnull=False)
            .select_related("learner", "employer", "agreement", "session")
            .by_name()
        )

    @cached_property
    def _expected_by_enrolment(self) -> dict[int, list[HalfDay]]:
        followed: dict[int, list[HalfDay]] = defaultdict(list)
        for half_day in self.half_days:
            for enrolment_id in self.expected.get(half_day.pk, ()):
                followed[enrolment_id].append(half_day)
        return followed

    def half_days_of(self, enrolment: Enrolment) -> list[HalfDay]:
        """The half-days where a person was expected; the whole session when it says nothing."""
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
        **branding.of_organisation(organisation),
    }
