"""What the site does when editors publish, and when what pages show changes."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Revision, Site
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
)

from cms.domain import search
from cms.domain.publishing import publish_course
from cms.models import CoursePage
from cms.page_cache import forget_pages
from training.models import (
    HalfDay,
    Organisation,
    ProgrammeVersion,
    RuleSetting,
    TrainingSession,
    Venue,
)
from training.signals import seats_changed

#: Besides the models of the site itself: what its pages show.
SHOWN = {
    HalfDay,
    Organisation,
    PageViewRestriction,
    ProgrammeVersion,
    Redirect,
    RuleSetting,
    Site,
    TrainingSession,
    Venue,
}


@receiver(page_published, sender=CoursePage, dispatch_uid="cms.freeze_programme")
def freeze_programme(
    sender: type[CoursePage], instance: CoursePage, revision: Revision, **_signal: Any
) -> None:
    """A published course is a version of its programme."""
    publish_course(page=instance, actor=revision.user)


@receiver(page_published, dispatch_uid="cms.index_page")
def index_page(instance: Page, **_signal: Any) -> None:
    """A published page is found by what it says now."""
    search.index_page(instance)


@receiver(page_unpublished, dispatch_uid="cms.forget_page")
def forget_page(instance: Page, **_signal: Any) -> None:
    """A page that is not public is not found."""
    search.forget_page(instance)


@receiver([page_published, page_unpublished], dispatch_uid="cms.forget_pages_of_editors")
@receiver([post_page_move, page_slug_changed], dispatch_uid="cms.forget_pages_moved")
@receiver(seats_changed, dispatch_uid="cms.forget_pages_of_seats")
def forget_on_signal(**_signal: Any) -> None:
    """Addresses, texts and places left stand on many pages: all are drawn anew."""
    forget_pages()


@receiver([post_save, post_delete, m2m_changed], dispatch_uid="cms.forget_pages_of_rows")
def forget_on_change(sender: type[Model], **_signal: Any) -> None:
    """Whatever the site shows has been written."""
    if sender in SHOWN or sender._meta.app_label == "cms" or issubclass(sender, Page):
        forget_pages()
