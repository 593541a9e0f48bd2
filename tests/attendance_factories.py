"""Objects that attendance leaves to look at: claims, walk-ins, receipts, disputes, flags."""

import datetime as dt
import hashlib

import factory
from factory.django import DjangoModelFactory

from django.utils import timezone

from attendance import models
from attendance.enums import ClaimKind, FlagKind
from tests.factories import EnrolmentFactory, HalfDayFactory


class SignatureClaimFactory(DjangoModelFactory):
    """A signature on a phone, without a link, that waits for the trainer."""

    class Meta:
        model = models.SignatureClaim

    kind = ClaimKind.NAMED
    half_day = factory.SubFactory(HalfDayFactory)
    enrolment = factory.SubFactory(EnrolmentFactory)


class WalkInFactory(DjangoModelFactory):
    class Meta:
        model = models.WalkIn

    half_day = factory.SubFactory(HalfDayFactory)
    name = "Noé Kerbrat"


class AttendanceReceiptFactory(DjangoModelFactory):
    """What a learner was sent of today; `token=` chooses the secret of its link."""

    class Meta:
        model = models.AttendanceReceipt

    class Params:
        token = factory.Sequence(lambda n: f"recapitulatif-{n}")

    enrolment = factory.SubFactory(EnrolmentFactory)
    day = factory.LazyFunction(timezone.localdate)
    token_hash = factory.LazyAttribute(lambda item: hashlib.sha256(item.token.encode()).hexdigest())
    disputable_until = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(hours=48))


class AttendanceDisputeFactory(DjangoModelFactory):
    class Meta:
        model = models.AttendanceDispute

    enrolment = factory.SubFactory(EnrolmentFactory)
    receipt = factory.SubFactory(
        AttendanceReceiptFactory, enrolment=factory.SelfAttribute("..enrolment")
    )


class AttendanceFlagFactory(DjangoModelFactory):
    class Meta:
        model = models.AttendanceFlag

    half_day = factory.SubFactory(HalfDayFactory)
    kind = FlagKind.HOLIDAY
    facts = "émargement un jour férié"
