"""What the site does when editors publish."""

from typing import Any

from django.dispatch import receiver

from wagtail.models import Revision
from wagtail.signals import page_published

from cms.domain.publishing import publish_course
from cms.models import CoursePage


@receiver(page_published, sender=CoursePage, dispatch_uid="cms.freeze_programme")
def freeze_programme(
    sender: type[CoursePage], instance: CoursePage, revision: Revision, **_signal: Any
) -> None:
    """A published course is a version of its programme."""
    publish_course(page=instance, actor=revision.user)
