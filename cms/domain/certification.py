"""The published page of the Qualiopi certificate."""

from cms.models import CertificationPage
from cms.models.visibility import visible_to_all
from core.models import Organisation


def certification() -> CertificationPage | None:
    """The published page of the certificate, with its logo and its file."""
    organisation = Organisation.objects.filter(pk=1).exclude(certificate_number="").exists()
    if not organisation:
        return None
    return (
        visible_to_all(CertificationPage.objects.live())
        .select_related("certificate_file", "qualiopi_logo")
        .first()
    )
