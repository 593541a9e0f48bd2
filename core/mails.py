"""What every mail of the product is made of: a kind, and the facts that its templates show."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import dateformat, timezone

from core.models import Organisation


@dataclass(frozen=True, kw_only=True)
class ComposedMail:
    """A mail for the outbox: its kind, and a frozen context of plain JSON. Not rendered yet.

    After `useful_until` it would be wrong or beside the point, and does not leave any more.
    """

    kind: str
    context: dict[str, Any]
    useful_until: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RenderedMail:
    """A mail as the person reads it."""

    subject: str
    text: str
    html: str


def compose(
    kind: str, context: dict[str, Any], *, useful_until: dt.datetime | None = None
) -> ComposedMail:
    """Freeze what a mail says, with the organisation as it is now.

    Each kind decides `useful_until` in so many words: the deadline of what it speaks of, a number
    of days (`days_from_now`), or None when it is as true in a month.

    The context holds texts, numbers, lists and dictionaries only, dates already in French words:
    what is read later cannot change it. Raises `TypeError` for anything else.
    """
    organisation = Organisation.load()
    full = {
        "organisation": {
            "name": str(organisation),
            "phone": organisation.phone,
            "email": organisation.email,
        },
        **context,
    }
    return ComposedMail(kind=kind, context=json.loads(json.dumps(full)), useful_until=useful_until)


def days_from_now(days: int) -> dt.datetime:
    """For a mail whose facts bear no deadline of their own."""
    return timezone.now() + dt.timedelta(days=days)


def render_subject(mail: ComposedMail) -> str:
    """The subject of a mail, on one line."""
    return " ".join(_rendered(mail, "subject.txt").split())


def render(mail: ComposedMail) -> RenderedMail:
    """Render `<app>/mail/<kind>.{subject.txt,txt,html}`, whichever app has this kind."""
    return RenderedMail(
        subject=render_subject(mail),
        text=_rendered(mail, "txt").strip() + "\n",
        html=_rendered(mail, "html"),
    )


def _rendered(mail: ComposedMail, part: str) -> str:
    names = [f"{app.label}/mail/{mail.kind}.{part}" for app in apps.get_app_configs()]
    return render_to_string(names, mail.context)


def absolute_url(name: str, **kwargs: Any) -> str:
    """A full address for a mail, from a URL name."""
    return settings.SITE_URL + reverse(name, kwargs=kwargs or None)


def long_day(moment: dt.datetime) -> str:
    """The day of a moment in Europe/Paris, in French words."""
    return dateformat.format(timezone.localtime(moment), "j F Y")
