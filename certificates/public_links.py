"""The texts in force, for the foot of every page of the site."""

from django.urls import reverse
from django.utils import timezone

from certificates.enums import TextSlug
from certificates.models import DocumentTemplate
from core.registry import public_links


@public_links
def texts_in_force() -> list[tuple[str, str]]:
    """Each text that has a version in force, in the order of their list."""
    found = set(
        DocumentTemplate.objects.in_force(timezone.localdate()).values_list("slug", flat=True)
    )
    return [
        (str(slug.label), reverse("certificates:text", args=[slug.value]))
        for slug in TextSlug
        if slug.value in found
    ]
