"""Which pages are open to the public."""

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef

from wagtail.models import PageViewRestriction
from wagtail.query import PageQuerySet


def visible_to_all(pages: PageQuerySet) -> PageQuerySet:
    """Pages under no restriction: what `public()` says, without the query it makes first."""
    restrictions = PageViewRestriction.objects.alias(
        path=ExpressionWrapper(OuterRef("path"), output_field=CharField())
    ).filter(path__startswith=F("page__path"))
    return pages.exclude(Exists(restrictions))
