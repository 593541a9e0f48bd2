"""The lexicon: words and what we put in them, kept by editors."""

from typing import Any

from django.db import models
from django.utils.text import slugify

from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from cms.models.content import ContentPage
from core.models.announced import AnnouncedQuerySet
from core.text import folded


def sorting_key(text: str) -> str:
    """How a dictionary orders words: without accents, capitals or ligatures."""
    return folded(text)


class LexiconEntry(models.Model):
    """A word of the lexicon. Its anchor never changes once made: other pages link to it."""

    term = models.CharField(
        "mot",
        max_length=80,
        unique=True,
        help_text="Au singulier, avec ses accents\u00a0: il donne sa place dans l’alphabet.",
    )
    anchor = models.SlugField(
        "ancre",
        max_length=80,
        unique=True,
        blank=True,
        help_text="Ce qui suit le # dans l’adresse. Vide : tirée du mot.",
    )
    expansion = models.CharField(
        "en toutes lettres", max_length=160, blank=True, help_text="Pour un sigle."
    )
    definition = RichTextField(
        "définition",
        features=["bold", "italic", "ul", "link"],
        help_text="Quelques phrases, avec vos mots. Un lien vers une autre page est bienvenu.",
    )
    see_also = models.ManyToManyField(
        "self",
        verbose_name="voir aussi",
        blank=True,
        help_text="Les mots voisins\u00a0; le lien se fait dans les deux sens.",
    )

    objects = AnnouncedQuerySet.as_manager()

    panels = [
        FieldPanel("term"),
        FieldPanel("expansion"),
        FieldPanel("definition"),
        FieldPanel("see_also"),
        FieldPanel("anchor"),
    ]

    class Meta:
        verbose_name = "mot du lexique"
        verbose_name_plural = "mots du lexique"
        ordering = ["term"]

    def __str__(self) -> str:
        return self.term

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The anchor comes from the word, another when it is taken."""
        if not self.anchor:
            wanted = slugify(self.term)[:70] or "mot"
            self.anchor, rank = wanted, 1
            while LexiconEntry.objects.filter(anchor=self.anchor).exclude(pk=self.pk).exists():
                rank += 1
                self.anchor = f"{wanted}-{rank}"
        super().save(*args, **kwargs)

    @property
    def letter(self) -> str:
        """Where the word stands in the index: A to Z, or « # »."""
        first = sorting_key(self.term)[:1].upper()
        return first if first.isascii() and first.isalpha() else "#"


class LexiconPage(ContentPage):
    """Every word, in alphabetical order, each with an anchor of its own."""

    template = "cms/lexicon_page.html"
    page_description = "Les mots du lexique, dans l’ordre, avec leur index."
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = "lexique"
