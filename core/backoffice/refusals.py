"""How a refusal of the domain is shown to a member of staff."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from wagtail.admin import messages

from core.exceptions import DomainError


def tell_refusal(request: HttpRequest, error: DomainError) -> None:
    """Show the sentence of the refusal, and one line for each thing that stands in the way."""
    details = [line for line in error.details if line not in error.message]
    if not details:
        messages.error(request, error.message)
        return
    lines = format_html_join("", "<li>{}</li>", ((line,) for line in details))
    messages.error(request, format_html("{}<ul>{}</ul>", error.message, lines))


def sentences_of(error: DomainError | ValidationError) -> list[str]:
    """What to write above a form when the domain refuses what it says."""
    if isinstance(error, ValidationError):
        return error.messages
    return [error.message, *(line for line in error.details if line not in error.message)]
