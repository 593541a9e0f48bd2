"""The stored text in which pages are searched for: one row a page."""

from django.db import models
from django.db.models import Case, Q, Value, When

from wagtail.models import Page
from wagtail.query import PageQuerySet

from cms.search_words import asked_stems


class SearchEntry(models.Model):
    """Words of a published page, as `cms.search_words.stems` leaves them, between spaces.

    Kept by `cms.domain.search` when the page is published, unpublished or deleted.
    """

    page = models.OneToOneField(
        Page, on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    title_words = models.TextField("mots du titre")
    words = models.TextField("mots de la page")

    class Meta:
        verbose_name = "texte de recherche"
        verbose_name_plural = "textes de recherche"

    def __str__(self) -> str:
        return str(self.page)


def with_rank(pages: PageQuerySet, text: str) -> PageQuerySet:
    """Adds `rank`: 0 when the title holds every word of `text`, or a word that begins like it; 1
    when the page does; None otherwise. Without a word that means something, all are None."""
    asked = asked_stems(text)
    if not asked:
        return pages.annotate(rank=Value(None, output_field=models.IntegerField()))
    in_title, in_page = Q(), Q()
    for word in asked:
        in_title &= Q(search_entry__title_words__contains=f" {word}")
        in_page &= Q(search_entry__words__contains=f" {word}")
    return pages.annotate(
        rank=Case(
            When(in_title, then=Value(0)),
            When(in_page, then=Value(1)),
            default=Value(None),
            output_field=models.IntegerField(),
        )
    )
