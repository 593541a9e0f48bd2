"""From a published page to a frozen programme."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cms.domain.page_slugs import plain_slug
from cms.models import CoursePage
from core.domain import journal
from training.domain import programmes
from training.enums import ProgrammeOrigin
from training.models import Programme, ProgrammeVersion

CODE_LENGTH = Programme._meta.get_field("code").max_length or 0


def publish_course(*, page: CoursePage, actor: User | None) -> ProgrammeVersion:
    """Freeze what the page says, and return the version that says it.

    The programme is made the first time, under a code that comes from the page's slug and
    never changes afterwards. Publishing again without changing a regulated item gives the same
    version. Raises `DomainError` (`programme_incomplete`) when an item says nothing.
    """
    with transaction.atomic():
        programme = page.programme
        if programme is None:
            programme = page.programme = _programme_for(page)
            page.save(update_fields=["programme"], clean=False)
        version, _created = programmes.publish_version(
            programme=programme,
            content=page.as_programme_content(),
            origin=ProgrammeOrigin.PAGE,
            actor=actor,
        )
        _keep_reason(page, programme=programme, actor=actor)
    return version


def _keep_reason(page: CoursePage, *, programme: Programme, actor: User | None) -> None:
    """Date the reason given for words that could mislead, and write it in the journal, once."""
    today = timezone.localdate()
    words = page.unregistered_claims(on=today)
    reason = page.wording_reason.strip()
    if not words or not reason or page.wording_record.get("reason") == reason:
        return
    page.wording_record = {"reason": reason, "words": words, "on": today.isoformat()}
    page.save(update_fields=["wording_record"], clean=False)
    journal.record(
        actor=actor,
        verb="course.wording_justified",
        subject=programme,
        details={"words": ", ".join(words), "reason": reason, "page": page.title},
    )


def _programme_for(page: CoursePage) -> Programme:
    """The programme that carries the page's code; another code if another page has it already.

    A page deleted and written again under the same slug takes its programme back.
    """
    words = _code_words(page)
    code = words[:CODE_LENGTH]
    rank = 1
    while CoursePage.objects.filter(programme__code=code).exclude(pk=page.pk).exists():
        rank += 1
        suffix = f"-{rank}"
        code = words[: CODE_LENGTH - len(suffix)] + suffix
    programme, _created = Programme.objects.get_or_create(code=code)
    return programme


def _code_words(page: CoursePage) -> str:
    """The page's slug, without what a code does not bear; a slug of before the rule may."""
    if Programme.objects.filter(code=page.slug).exists():
        return page.slug
    return plain_slug(page.slug) or f"formation-{page.pk}"
