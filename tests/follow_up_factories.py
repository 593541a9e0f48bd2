"""Objects for the tests of what follows attendance: paper sheets, distance learning."""

import factory
from factory.django import DjangoModelFactory

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from tests.factories import ProgrammeVersionFactory, SessionFactory
from training import models


class PaperScanFactory(DjangoModelFactory):
    """The scan of a sheet signed on paper, as a file that the private storage really holds."""

    class Meta:
        model = models.PaperScan

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
