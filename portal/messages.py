"""Messages after a signature."""

from django.contrib import messages
from django.http import HttpRequest


def say_recorded(request: HttpRequest, sentence: str, *, level: int = messages.SUCCESS) -> None:
    """Say that what this page's form signs is recorded.

    The page that shows it names that form's URL: the browser forgets the drawing that it kept in
    case the answer was lost (`static/js/kept-signature.js`).
    """
    messages.add_message(request, level, sentence, extra_tags=request.path)
