"""What people send through the public forms, the least that is valid."""

from factory.django import DjangoModelFactory

from quality.enums import ComplaintAuthor
from quality.models import Complaint
from training import models
from training.models.enquiries import EnquiryChannel, EnquirySubject


class EnquiryFactory(DjangoModelFactory):
    """A request from the site that no one has answered."""

    class Meta:
        model = models.Enquiry

    channel = EnquiryChannel.WEB
    subject = EnquirySubject.SUPPORT
    name = "Nolwenn Tual"
    email = "nolwenn@example.org"
    need = "Nous voudrions travailler à plusieurs associations."


class ComplaintFactory(DjangoModelFactory):
    """A complaint from the site, without a file."""

    class Meta:
        model = Complaint

    author_kind = ComplaintAuthor.LEARNER
    author_name = "Rozenn Tual"
    email = "rozenn@example.org"
    text = "La salle était glaciale toute la journée."
