"""Confirming a public request, as the person who reads its address does."""

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from core.models import Message


def confirmation_url(email: str) -> str:
    """The path of the last link sent to the address, not sent yet."""
    message = Message.objects.filter(kind="enrolment_to_confirm", to_email=email).latest("pk")
    return message.context["url"].removeprefix(settings.SITE_URL)


def confirm_request(email: str, client: Client | None = None) -> HttpResponse:
    """Follow the link and press its button."""
    return (client or Client()).post(confirmation_url(email))
