"""The page of a course: what the public reads, and what is frozen when it is published."""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms import wording_detection as cm_claims
from cms.blocks import RemoteActivityBlock
from cms.models.base import SitePage
from cms.models.wording import ExplainedClaims
from cms.wording_detection import REGISTERED_CODE
from core import french
from training.enums import Modality
from training.programme_content import LABELS, ProgrammeContent, missing_items

#: Shown apart, at the head of the page.
SHOWN_FIRST = {"title", "objectives"}


class CoursePage(ExplainedClaims, SitePage):
    """A course of the catalogue.

    Every regulated item has its own field (RNQ, indicator 1; D6353-1; L6353-4). Publishing freezes
    them in a `ProgrammeVersion`; sessions follow versions, so a page may be moved, rewritten,
    unpublished or deleted without touching anything that was sold.
    """

    introduction = models.TextField(
        "chapeau", max_length=300, help_text="Deux phrases : pour qui, pour quoi faire."
    )
    theme = models.ForeignKey(
        "cms.Theme",
        verbose_name="thème",
        null=True,
        on_delete=models.PROTECT,
        related_name="courses",
        help_text="Le rayon du catalogue où l’on cherchera cette formation.",
    )
    programme = models.OneToOneField(
        "training.Programme",
        verbose_name="programme",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="course_page",
    )
    is_demonstration = models.BooleanField(
        "formation de démonstration",
        default=False,
        help_text="La page dit alors que cette formation n’est pas proposée réellement.",
    )
    reviewed_on = models.DateField(
        "dernière relecture le",
        null=True,
        help_text="Jour où l’équipe a vérifié que la page dit vrai. À refaire chaque année.",
    )

    objectives = StreamField(
        [("objective", blocks.CharBlock(label="Objectif", max_length=250))],
        verbose_name="objectifs",
        help_text="Ce que la personne saura faire, avec un verbe que l’on peut évaluer : "
        "« animer », « rédiger », « comparer ». Déplacez un objectif plutôt que de le recopier : "
        "les évaluations le suivent.",
    )
    audience = models.TextField("public", help_text="À qui la formation s’adresse.")
    prerequisites = models.TextField(
        "prérequis",
        help_text="Niveau, expérience ou matériel. S’il n’y en a pas : « Aucun prérequis. »",
    )
    duration_hours = models.DecimalField(
        "durée en heures",
        max_digits=5,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(Decimal("0.25"))],
        help_text="Heures de formation, pauses déduites : 14 ou 10,5.",
    )
    duration_days = models.DecimalField(
        "nombre de jours",
        max_digits=4,
        decimal_places=1,
        null=True,
        validators=[MinValueValidator(Decimal("0.5"))],
        help_text="Par demi-journées\u00a0: «\u00a02,5\u00a0».",
    )
    modality = models.CharField(
        "modalité",
        max_length=10,
        choices=Modality,
        default=Modality.ON_SITE,
        help_text="Mixte si une partie seulement se suit à distance.",
    )
    content = StreamField(
        [("part", blocks.TextBlock(label="Partie", rows=2, max_length=600))],
        verbose_name="contenu",
        help_text="Une entrée par partie, dans l’ordre.",
    )
    remote_activities = StreamField(
        [("activity", RemoteActivityBlock())],
        verbose_name="activités à distance",
        blank=True,
        help_text="Ce que chaque personne fait chez elle, sans rendez-vous, et sa durée estimée "
        "(D6313-3-1). Déplacez une activité plutôt que de la recopier : le suivi s’y attache.",
    )
    methods = models.TextField("méthodes", help_text="Comment on apprend.")
    means = models.TextField("moyens", help_text="Salle, matériel, documents remis.")
    supervision = models.TextField(
        "encadrement", help_text="Qui forme : métier, expérience, titres."
    )
    progress_tracking = models.TextField(
        "suivi de la progression", help_text="Comment on suit l’exécution et la progression."
    )
    assessment = models.TextField(
        "évaluation", help_text="Comment chaque objectif est évalué, et quand."
    )
    recognition = models.TextField(
        "reconnaissance délivrée", help_text="Par exemple : certificat de réalisation."
    )
    further_studies = models.TextField(
        "suites de parcours", help_text="Suites possibles, ou « Aucune suite particulière. »"
    )
    certification = models.TextField(
        "certification",
        blank=True,
        help_text="Seulement si la formation y mène : titre exact, code RNCP ou RS, "
        "certificateur, date d’enregistrement.",
    )
    access_terms = models.TextField(
        "modalités d’accès", help_text="Comment demander une place, et ce qui se passe ensuite."
    )
    access_delay = models.CharField(
        "délai d’accès",
        max_length=150,
        help_text="Temps estimé entre la demande et le début : « trois semaines environ ».",
    )
    accessibility = models.TextField(
        "accessibilité",
        help_text="Ce que cette formation prévoit pour les personnes en situation de handicap.",
    )
    price = models.DecimalField(
        "tarif par personne, hors taxe",
        max_digits=8,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(Decimal("0"))],
        help_text="En euros.",
    )
    financing = models.TextField("financement", help_text="Prises en charge possibles.")
    contacts = models.TextField("contacts", help_text="À qui s’adresser, et comment.")
    #: Kept when the page is saved: what the filter of the catalogue asks.
    without_prerequisites = models.BooleanField(default=False, editable=False)

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldRowPanel([FieldPanel("theme"), FieldPanel("reviewed_on")]),
        MultiFieldPanel(
            [FieldPanel("objectives"), FieldPanel("audience"), FieldPanel("prerequisites")],
            heading="Objectifs et public",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("duration_hours"), FieldPanel("duration_days")]),
                FieldPanel("modality"),
                FieldPanel("content"),
                FieldPanel("remote_activities"),
                FieldPanel("methods"),
                FieldPanel("means"),
                FieldPanel("supervision"),
            ],
            heading="Déroulé",
        ),
        MultiFieldPanel(
            [
                FieldPanel("progress_tracking"),
                FieldPanel("assessment"),
                FieldPanel("recognition"),
                FieldPanel("further_studies"),
                FieldPanel("certification"),
            ],
            heading="Suivi, évaluation et suites",
        ),
        MultiFieldPanel(
            [
                FieldPanel("access_terms"),
                FieldPanel("access_delay"),
                FieldPanel("accessibility"),
                FieldPanel("price"),
                FieldPanel("financing"),
                FieldPanel("contacts"),
            ],
            heading="Accès et tarif",
        ),
        FieldPanel("wording_reason"),
        FieldPanel("is_demonstration"),
    ]
    template = "cms/course_page.html"
    parent_page_types = ["cms.CatalogueIndexPage"]
    subpage_types: list[str] = []
    # A copy is another course: it gets its own programme when it is published.
    exclude_fields_in_copy = ["programme", "wording_record"]

    class Meta:
        verbose_name = "page de formation"
        verbose_name_plural = "pages de formation"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price__isnull=True) | models.Q(price__gte=0),
                name="cms_course_price_not_negative",
                violation_error_message="Le tarif ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=models.Q(duration_hours__isnull=True) | models.Q(duration_hours__gt=0),
                name="cms_course_duration_positive",
                violation_error_message="La durée doit être positive.",
            ),
        ]

    def with_content_json(self, content: dict[str, Any]) -> "CoursePage":
        """An old revision never takes its page back to another programme, nor its reason away."""
        page = super().with_content_json(content)
        page.programme_id = self.programme_id
        page.wording_record = self.wording_record
        return page

    def save(self, clean: bool = True, **kwargs: Any) -> None:
        """A page that goes public explains what could mislead, however it is published."""
        if kwargs.get("update_fields") is None:
            self.without_prerequisites = cm_claims.says_no_prerequisites(self.prerequisites)
            if clean and self.live:
                self.refuse_unexplained_claims()
        super().save(clean=clean, **kwargs)

    def why_not_published(self) -> str:
        """The sentence that says what stands in the way of publishing; empty when nothing does."""
        missing = missing_items(self.as_programme_content())
        if missing:
            return f"il manque {', '.join(missing)}."
        claimed = self.unexplained_claims(on=timezone.localdate())
        return cm_claims.refusal_of(claimed) if claimed else ""

    def names_registered_code(self) -> bool:
        recorded = self.programme.certification_code if self.programme else ""
        return bool(recorded or REGISTERED_CODE.search(self.certification))

    def every_text(self) -> list[str]:
        texts = [self.introduction, self.seo_title, self.search_description]
        for value in self.as_programme_content().values():
            if isinstance(value, str):
                texts.append(value)
            elif isinstance(value, list):
                texts += [_text_of(item) for item in value]
        return texts

    def as_programme_content(self) -> ProgrammeContent:
        """What a version of the programme freezes. Items not written yet are empty."""
        content: ProgrammeContent = {
            "title": self.title,
            "objectives": [
                {"id": block.id, "text": block.value.strip()}
                for block in self.objectives
                if block.value.strip()
            ],
            "audience": self.audience,
            "prerequisites": self.prerequisites,
            "duration_minutes": int((self.duration_hours or 0) * 60),
            "duration_days": f"{self.duration_days.normalize():f}" if self.duration_days else "",
            "modality": str(self.modality),
            "content": [block.value.strip() for block in self.content if block.value.strip()],
            "methods": self.methods,
            "means": self.means,
            "supervision": self.supervision,
            "progress_tracking": self.progress_tracking,
            "assessment": self.assessment,
            "recognition": self.recognition,
            "further_studies": self.further_studies,
            "certification": self.certification,
            "access_terms": self.access_terms,
            "access_delay": self.access_delay,
            "accessibility": self.accessibility,
            "price_euros": "" if self.price is None else f"{self.price:.2f}",
            "financing": self.financing,
            "contacts": self.contacts,
        }
        if self.remote_activities:
            content["remote_activities"] = [
                {
                    "id": block.id,
                    "title": block.value["title"].strip(),
                    "minutes": block.value["minutes"],
                    "evidence": block.value["evidence"],
                }
                for block in self.remote_activities
            ]
        return content

    def regulated_items(self) -> list[tuple[str, str, str | list[str]]]:
        """(key, name, text or list of texts) of what is written, in the order of `LABELS`."""
        values: dict[str, Any] = {**self.as_programme_content(), **self._readable()}
        return [
            (key, label, values[key])
            for key, label in LABELS.items()
            if key not in SHOWN_FIRST and values[key]
        ]

    def summary_facts(self) -> list[tuple[str, str]]:
        """What one looks for first, set large."""
        readable = self._readable()
        duration = ", ".join(
            filter(None, [readable["duration_minutes"], readable["duration_days"]])
        )
        facts = [
            ("Durée", duration),
            ("Modalité", readable["modality"]),
            ("Délai d’accès", self.access_delay[:1].upper() + self.access_delay[1:]),
        ]
        return [(name, value) for name, value in facts if value]

    def _readable(self) -> dict[str, str]:
        return {
            "duration_minutes": french.format_hours(int(self.duration_hours * 60))
            if self.duration_hours
            else "",
            "duration_days": _days(self.duration_days) if self.duration_days else "",
            "modality": self.get_modality_display(),
            "price_euros": ""
            if self.price is None
            else f"{french.format_euros(self.price)} par personne",
        }


def _text_of(item: Any) -> str:
    """The text of an item of a list: a line, an objective, an activity."""
    return item.get("text") or item.get("title", "") if isinstance(item, dict) else str(item)


def _days(days: Decimal) -> str:
    return f"{french.format_number(days)}\u00a0jour{'s' if days >= 2 else ''}"
