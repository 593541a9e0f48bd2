"""Pages that go live, or leave the site, at an hour that was said."""

from io import StringIO

from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from wagtail.models import DraftStateMixin, Page, Revision


def publish_due() -> bool:
    """Publish the revisions whose hour has come, withdraw what has expired; whether any was due.

    What it does is Wagtail's own command, which loads every page concerned: it is run only when a
    short look finds something.
    """
    now = timezone.now()
    with_drafts = [Page] + [
        model
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    is_due = Revision.objects.filter(approved_go_live_at__lt=now).exists() or any(
        model._default_manager.filter(live=True, expire_at__lt=now).exists()
        for model in with_drafts
    )
    if is_due:
        call_command("publish_scheduled", stdout=StringIO())
    return is_due
