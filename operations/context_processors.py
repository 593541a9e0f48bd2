"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """`demo`: whether this is a demonstration; `site_url`: the public URL, no final slash."""
    return {"demo": settings.DEMO, "site_url": settings.SITE_URL}
