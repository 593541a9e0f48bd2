"""What the site does when what its pages say or show has been written."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, Revision, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from cms.domain import search
from cms.domain.page_cache import forget_pages
from cms.domain.publishing import publish_course
from cms.models import CoursePage
from core.signals import bulk_written, legal_text_in_force, organisation_changed, rules_changed
from evaluations.signals import answers_received
from training.signals import programme_published, seats_changed, sessions_changed

#: What lower apps announce and pages show.
EVENTS = [
    answers_received,
    legal_text_in_force,
    organisation_changed,
    programme_published,
    rules_changed,
    seats_changed,
    sessions_changed,
]
#: Models of Wagtail that pages show, besides the pages themselves.
SHOWN = {get_document_model(), get_image_model(), PageViewRestriction, Redirect, Site}


@receiver(page_published, sender=CoursePage, dispatch_uid="cms.freeze_programme")
def freeze_programme(
    sender: type[CoursePage], instance: CoursePage, revision: Revision, **_signal: Any
) -> None:
    """A published course is a version of its programme."""
    publish_course(page=instance, actor=revision.user)


@receiver(EVENTS, dispatch_uid="cms.forget_on_event")
@receiver([page_published, page_unpublished], dispatch_uid="cms.forget_on_publication")
@receiver([post_page_move, page_slug_changed], dispatch_uid="cms.forget_on_move")
def forget_on_event(**_signal: Any) -> None:
    """A fact stands on many pages: all are rendered anew."""
    forget_pages()


@receiver([post_save, post_delete, m2m_changed], dispatch_uid="cms.forget_on_change")
@receiver(bulk_written, dispatch_uid="cms.forget_on_bulk_change")
def forget_on_change(sender: type[Model], **_signal: Any) -> None:
    """A row of the site itself, or of Wagtail, that pages show."""
    if sender in SHOWN or sender._meta.app_label == "cms" or issubclass(sender, Page):
        forget_pages()


@receiver(post_save, dispatch_uid="cms.index_saved")
def index_saved(
    sender: type[Model],
    instance: Model,
    raw: bool = False,
    update_fields: Iterable[str] | None = None,
    **_signal: Any,
) -> None:
    """A page is found by what it says now, and so are the pages that name this row."""
    if isinstance(instance, Page):
        if raw:  # a fixture writes a page in two rows, the second after this one
            transaction.on_commit(lambda: search.index_pages([instance.pk]))
        else:
            search.index_saved(instance, columns=update_fields)
    elif sender._meta.app_label == "cms":
        search.index_pages_naming(instance)


@receiver(bulk_written, dispatch_uid="cms.index_written")
def index_written(sender: type[Model], **_signal: Any) -> None:
    """The same for rows written many at a time."""
    if sender._meta.app_label == "cms":
        search.index_written(sender)
