"""Objects for the tests: the least that is valid, each value overridable.

Names are invented. Sessions made `with_half_days` start in the future unless asked otherwise.
"""

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User
from core.enums import JobState, MessageChannel, MessageState
from core.models import Job, Message, Organisation, RuleSetting, Signatory
from evaluations.domain.questionnaires import ensure_default_questionnaire
from evaluations.models import Invitation
from exchange.models import ImportBatch
from quality.models import AuditPack
from training import models
from training.domain import programmes
from training.enums import (
    AgreementKind,
    EnrolmentState,
    HalfDayLabel,
    Modality,
    ProgrammeOrigin,
    SessionState,
    TraineeType,
)
from training.programme_content import ProgrammeContent

PARIS = ZoneInfo("Europe/Paris")
PASSWORD = "un-mot-de-passe-d-essai"


class UserFactory(DjangoModelFactory):
    """A person who can log in with `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@example.org")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Essai{n}")

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.set_password(extracted or PASSWORD)
        if create:
            self.save()

    @factory.post_generation
    def roles(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """`roles=[Role.OFFICE]`: the groups of staff the user belongs to."""
        for role in extracted or []:
            self.groups.add(Group.objects.get(name=role.label))


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation
        django_get_or_create = ("pk",)

    pk = 1
    legal_name = "Coopérative d’essai"
    activity_number = "52440000000"
    activity_region = "Pays de la Loire"
    address = "1, chemin des Essais"
    postcode = "44260"
    city = "Prinquiau"
    email = "formation@example.org"
    phone = "02 61 91 00 00"


class SignatoryFactory(DjangoModelFactory):
    class Meta:
        model = Signatory

    name = "Maëlle Kerrien"
    quality = "gérante"
    valid_from = dt.date(2020, 1, 1)


class VenueFactory(DjangoModelFactory):
    class Meta:
        model = models.Venue

    name = factory.Sequence(lambda n: f"Salle {n}")
    city = "Savenay"
    postcode = "44260"


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = models.Company

    name = factory.Sequence(lambda n: f"Les Hauts Prés {n}")


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = models.Contact

    company = factory.SubFactory(CompanyFactory)
    name = "Rozenn Tual"


class FunderFactory(DjangoModelFactory):
    class Meta:
        model = models.Funder

    name = factory.Sequence(lambda n: f"Financeur {n}")


class LearnerFactory(DjangoModelFactory):
    class Meta:
        model = models.Learner

    first_name = "Aïcha"
    last_name = factory.Sequence(lambda n: f"Morvan{n}")
    email = factory.Sequence(lambda n: f"apprenante{n}@example.org")


class TrainerFactory(DjangoModelFactory):
    class Meta:
        model = models.Trainer

    first_name = "Yann"
    last_name = factory.Sequence(lambda n: f"Le Goff{n}")
    email = factory.Sequence(lambda n: f"formateur{n}@example.org")
    user = factory.SubFactory(UserFactory)


def programme_content(**values: Any) -> ProgrammeContent:
    """A complete content; `values` replace items."""
    content: dict[str, Any] = {
        "title": "Gouvernance partagée",
        "objectives": [
            {"id": "obj-1", "text": "Décrire trois formes de gouvernance."},
            {"id": "obj-2", "text": "Animer une décision par consentement."},
        ],
        "audience": "Toute personne engagée dans une structure collective.",
        "prerequisites": "Aucun prérequis.",
        "duration_minutes": 840,
        "duration_days": "2",
        "modality": Modality.ON_SITE.value,
        "content": ["Les formes de gouvernance", "La décision par consentement"],
        "methods": "Apports, mises en situation.",
        "means": "Salle équipée, livret.",
        "supervision": "Une personne formatrice.",
        "progress_tracking": "Tour de table à chaque demi-journée.",
        "assessment": "Mise en situation évaluée sur chaque objectif.",
        "recognition": "Certificat de réalisation.",
        "further_studies": "Faciliter un collectif.",
        "certification": "",
        "access_terms": "Inscription en ligne.",
        "access_delay": "Trois semaines environ.",
        "accessibility": "Salle accessible de plain-pied.",
        "price_euros": "560.00",
        "financing": "Prise en charge possible par votre OPCO.",
        "contacts": "formation@example.org",
    }
    return {**content, **values}  # type: ignore[return-value]


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = models.Programme

    code = factory.Sequence(lambda n: f"programme-{n}")


class ProgrammeVersionFactory(DjangoModelFactory):
    class Meta:
        model = models.ProgrammeVersion

    programme = factory.SubFactory(ProgrammeFactory)
    number = 1
    origin = ProgrammeOrigin.PAGE
    title = factory.LazyAttribute(lambda version: version.content["title"])
    content = factory.LazyFunction(programme_content)
    sha256 = factory.LazyAttribute(lambda version: programmes.content_hash(version.content))
    published_at = factory.LazyFunction(timezone.now)


class SessionFactory(DjangoModelFactory):
    """A session already at `state`, with the stamps that its constraints ask for."""

    class Meta:
        model = models.TrainingSession

    code = factory.Sequence(lambda n: f"S-ESSAI-{n:03d}")
    programme_version = factory.SubFactory(ProgrammeVersionFactory)
    venue = factory.SubFactory(VenueFactory)
    price = Decimal("560.00")
    max_seats = 12
    state = SessionState.OPEN

    @factory.lazy_attribute
    def opened_at(self) -> dt.datetime | None:
        return None if self.state == SessionState.DRAFT else timezone.now()

    @factory.lazy_attribute
    def confirmed_at(self) -> dt.datetime | None:
        confirmed = {SessionState.CONFIRMED, SessionState.COMPLETED, SessionState.ARCHIVED}
        return timezone.now() if self.state in confirmed else None

    @factory.lazy_attribute
    def completed_at(self) -> dt.datetime | None:
        over = {SessionState.COMPLETED, SessionState.ARCHIVED}
        return timezone.now() if self.state in over else None

    @factory.lazy_attribute
    def cancelled_at(self) -> dt.datetime | None:
        return timezone.now() if self.state == SessionState.CANCELLED else None


class HalfDayFactory(DjangoModelFactory):
    """A morning, 9:00 to 12:30 in Paris, 210 minutes, in ten days; `day=` chooses the date."""

    class Meta:
        model = models.HalfDay
        skip_postgeneration_save = True

    class Params:
        day = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=10))

    session = factory.SubFactory(SessionFactory)
    label = HalfDayLabel.MORNING
    starts_at = factory.LazyAttribute(
        lambda item: dt.datetime.combine(item.day, dt.time(9, 0), tzinfo=PARIS)
    )
    ends_at = factory.LazyAttribute(
        lambda item: dt.datetime.combine(item.day, dt.time(12, 30), tzinfo=PARIS)
    )
    counted_minutes = 210

    @factory.post_generation
    def trainers(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """`trainers=[trainer]`: who trains at the half-day."""
        for trainer in extracted or []:
            models.TrainerAssignment.objects.create(half_day=self, trainer=trainer)


class AgreementFactory(DjangoModelFactory):
    class Meta:
        model = models.Agreement

    reference = factory.Sequence(lambda n: f"ACCORD-{n:04d}")
    kind = AgreementKind.CONVENTION
    company = factory.SubFactory(CompanyFactory)
    session = factory.SubFactory(SessionFactory)
    programme_version = factory.LazyAttribute(lambda item: item.session.programme_version)


class EnrolmentFactory(DjangoModelFactory):
    """An enrolment already at `state`, with the stamps that its constraints ask for."""

    class Meta:
        model = models.Enrolment

    session = factory.SubFactory(SessionFactory)
    learner = factory.SubFactory(LearnerFactory)
    agreement = factory.SubFactory(AgreementFactory, session=factory.SelfAttribute("..session"))
    trainee_type = TraineeType.EMPLOYEE
    state = EnrolmentState.CONFIRMED

    @factory.lazy_attribute
    def accepted_at(self) -> dt.datetime | None:
        before = {EnrolmentState.REQUESTED, EnrolmentState.WAITLISTED, EnrolmentState.OFFERED}
        return None if self.state in before else timezone.now()

    @factory.lazy_attribute
    def confirmed_at(self) -> dt.datetime | None:
        reached = {
            EnrolmentState.CONFIRMED,
            EnrolmentState.COMPLETED,
            EnrolmentState.NO_SHOW,
            EnrolmentState.DROPPED_OUT,
        }
        return timezone.now() if self.state in reached else None

    @factory.lazy_attribute
    def completed_at(self) -> dt.datetime | None:
        return timezone.now() if self.state == EnrolmentState.COMPLETED else None

    @factory.lazy_attribute
    def waiting_rank(self) -> int | None:
        return 1 if self.state == EnrolmentState.WAITLISTED else None

    @factory.lazy_attribute
    def state_before_end(self) -> str:
        return _left(self.state)

    @factory.lazy_attribute
    def ended_on(self) -> dt.date | None:
        return timezone.localdate() if _left(self.state) else None


class AdaptationFactory(DjangoModelFactory):
    class Meta:
        model = models.Adaptation

    enrolment = factory.SubFactory(EnrolmentFactory)
    request = "Documents en gros caractères."


class MessageFactory(DjangoModelFactory):
    """A mail that waits to leave; other states with the stamps that they ask for."""

    class Meta:
        model = Message

    kind = "essai"
    channel = MessageChannel.MAIL
    to_email = "apprenante@example.org"
    to_name = "Aïcha Morvan"
    subject = factory.Sequence(lambda n: f"Votre convocation {n}")
    body_text = "Nous vous attendons à 9 h."
    state = MessageState.QUEUED

    @factory.lazy_attribute
    def sent_at(self) -> dt.datetime | None:
        return timezone.now() if self.state == MessageState.SENT else None


class JobFactory(DjangoModelFactory):
    """A background job that no one runs; its task does not exist."""

    class Meta:
        model = Job

    task = "tests.tasks.nothing"
    kind = factory.Sequence(lambda n: f"Travail {n}")
    state = JobState.QUEUED

    @factory.lazy_attribute
    def finished_at(self) -> dt.datetime | None:
        over = {JobState.DONE, JobState.FAILED}
        return timezone.now() if self.state in over else None


class RuleSettingFactory(DjangoModelFactory):
    class Meta:
        model = RuleSetting

    code = "lock_minutes_before_end"
    value = 10
    unit = "minutes"
    valid_from = factory.Sequence(lambda n: dt.date(2020, 1, 1) + dt.timedelta(days=n))


def _left(state: str) -> str:
    """The state that an ended enrolment most often left; empty for a live one."""
    if state in {EnrolmentState.NO_SHOW, EnrolmentState.DROPPED_OUT, EnrolmentState.CANCELLED}:
        return EnrolmentState.CONFIRMED
    if state in {EnrolmentState.REFUSED, EnrolmentState.EXPIRED}:
        return EnrolmentState.REQUESTED
    return ""


class InvitationFactory(DjangoModelFactory):
    """A personal link to the satisfaction questionnaire; `token=` chooses its secret."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence(lambda n: f"jeton-d-essai-{n}")

    questionnaire = factory.LazyFunction(ensure_default_questionnaire)
    enrolment = factory.SubFactory(EnrolmentFactory)
    token_hash = factory.LazyAttribute(lambda item: hashlib.sha256(item.token.encode()).hexdigest())
    expires_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=30))


def session_with_people(
    *,
    learners: int = 3,
    half_days: int = 1,
    trainer: models.Trainer | None = None,
    first_day: dt.date | None = None,
    state: str = SessionState.CONFIRMED,
    **values: Any,
) -> models.TrainingSession:
    """A session with `learners` confirmed people, and half-days on consecutive mornings."""
    session = SessionFactory(state=state, **values)
    trainer = trainer or TrainerFactory()
    day = first_day or timezone.localdate()
    for rank in range(half_days):
        HalfDayFactory(session=session, day=day + dt.timedelta(days=rank), trainers=[trainer])
    for _rank in range(learners):
        EnrolmentFactory(session=session)
    return session


class AuditPackFactory(DjangoModelFactory):
    """A pack asked for, that nothing builds."""

    class Meta:
        model = AuditPack

    filters = factory.LazyFunction(
        lambda: {"from": None, "to": None, "sessions": ["S-1"], "referential": "RNQ-V10"}
    )
    scope = "Session S-1"
    referential = "RNQ-V10"


class ImportBatchFactory(DjangoModelFactory):
    """A deposited register whose file is gone."""

    class Meta:
        model = ImportBatch

    name = "registre.xlsx"
    key = "imports/gone"
    sha256 = "0" * 64
    report = factory.LazyFunction(
        lambda: {"problems": [{"line": 2, "column": "Nom", "message": "la cellule est vide"}]}
    )
