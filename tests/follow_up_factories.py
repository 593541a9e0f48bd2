"""Objects for the tests of what follows attendance: paper sheets, distance learning, absences."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from attendance.models import AbsenceDocument, AbsenceFollowUp, AbsenceGround, PaperScan
from tests.factories import EnrolmentFactory, ProgrammeVersionFactory, SessionFactory
from training import models


class PaperScanFactory(DjangoModelFactory):
    """The scan of a sheet signed on paper, as a file that the private storage really holds."""

    class Meta:
        model = PaperScan

    session = factory.SubFactory(SessionFactory)
    day = factory.LazyFunction(timezone.localdate)
    key = factory.LazyFunction(
        lambda: storages["private"].save("paper/essai", ContentFile(b"%PDF-1.7 un essai"))
    )
    sha256 = "1" * 64
    media_type = "application/pdf"
    size = 17


class RemoteActivityFactory(DjangoModelFactory):
    """An activity of an hour, whose returned work shows it."""

    class Meta:
        model = models.RemoteActivity

    version = factory.SubFactory(ProgrammeVersionFactory)
    position = factory.Sequence(lambda n: n + 1)
    stable_id = factory.Sequence(lambda n: f"act-{n}")
    title = factory.Sequence(lambda n: f"Étude de cas {n}")
    estimated_minutes = 60
    evidence = "work"


class AbsenceFollowUpFactory(DjangoModelFactory):
    """An absence to follow, of which nothing is known yet."""

    class Meta:
        model = AbsenceFollowUp

    enrolment = factory.SubFactory(EnrolmentFactory)


class AbsenceDocumentFactory(DjangoModelFactory):
    """A document to check, as a file that the private storage really holds."""

    class Meta:
        model = AbsenceDocument

    follow_up = factory.SubFactory(AbsenceFollowUpFactory)
    key = factory.LazyFunction(
        lambda: storages["private"].save("absence/essai", ContentFile(b"%PDF-1.7 un justificatif"))
    )
    sha256 = "2" * 64
    media_type = "application/pdf"
    size = 24


class AbsenceGroundFactory(DjangoModelFactory):
    """A reason in use for years."""

    class Meta:
        model = AbsenceGround

    code = factory.Sequence(lambda n: f"motif-{n}")
    label = factory.Sequence(lambda n: f"Motif {n}")
    valid_from = dt.date(2020, 1, 1)
