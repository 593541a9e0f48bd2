"""`{% load branding %}`: the name of the installation, without a query."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def site_name() -> str:
    """The name of `SITE_NAME`: for what needs no database, such as errors and the back office."""
    return settings.SITE_NAME
