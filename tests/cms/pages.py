"""Pages for the tests of the site: the least that can be published, each value overridable."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from django.utils import timezone

from wagtail.models import Page, Site

from cms.models import CatalogueIndexPage, ContentPage, CoursePage, HomePage, Theme
from tests.factories import HalfDayFactory, SessionFactory
from training.models import TrainingSession


def open_site() -> HomePage:
    """A home page at the root of the site."""
    home = HomePage(title="Accueil", slug="accueil", headline="Ici", introduction="Bonjour.")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.update(root_page=home)
    return home


def open_catalogue(home: HomePage | None = None) -> CatalogueIndexPage:
    """A catalogue at /formations/."""
    page = CatalogueIndexPage(title="Se former", slug="formations", show_in_menus=True)
    (home or open_site()).add_child(instance=page)
    return page


def content_page(parent: Page, **values: Any) -> ContentPage:
    """A published page of text."""
    page = ContentPage(**{"title": "Coopérer", "slug": "cooperer", **values})
    parent.add_child(instance=page)
    return page


def theme(name: str = "Vie coopérative", slug: str = "gouvernance") -> Theme:
    """A theme of the catalogue, made once."""
    return Theme.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def course_values(**values: Any) -> dict[str, Any]:
    """Every field of a course that can be published."""
    return {
        "title": "Gouvernance partagée",
        "slug": "gouvernance-partagee",
        "introduction": "Deux jours pour choisir qui décide de quoi.",
        "theme": theme(),
        "reviewed_on": dt.date(2026, 11, 2),
        "objectives": stream(
            ("objective", "Décrire trois formes de gouvernance."),
            ("objective", "Animer une décision par consentement."),
        ),
        "audience": "Toute personne engagée.",
        "prerequisites": "Aucun prérequis.",
        "duration_hours": Decimal("14"),
        "duration_days": Decimal("2"),
        "content": stream(("part", "Les formes."), ("part", "La décision.")),
        "methods": "Mises en situation.",
        "means": "Salle équipée.",
        "supervision": "Une personne formatrice.",
        "progress_tracking": "Feuille d’émargement.",
        "assessment": "Mise en situation évaluée.",
        "recognition": "Certificat de réalisation.",
        "further_studies": "Aucune suite particulière.",
        "access_terms": "Demande en ligne.",
        "access_delay": "Trois semaines environ",
        "accessibility": "Salle de plain-pied.",
        "price": Decimal("560.00"),
        "financing": "Prise en charge possible.",
        "contacts": "Le secrétariat.",
        **values,
    }


def draft_course(catalogue: CatalogueIndexPage, **values: Any) -> CoursePage:
    """A course that is not published."""
    page = CoursePage(live=False, **course_values(**values))
    # Read again: an older copy of the parent miscounts its children.
    CatalogueIndexPage.objects.get(pk=catalogue.pk).add_child(instance=page)
    return page


def publish(page: Any, **changes: Any) -> Any:
    """Publish a page after `changes`, as the editor does; returns it as stored."""
    page = type(page).objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def published_course(catalogue: CatalogueIndexPage, **values: Any) -> CoursePage:
    """A course in the catalogue, with version 1 of its programme."""
    return publish(draft_course(catalogue, **values))


def open_session(course: CoursePage, *, in_days: int = 20, **values: Any) -> TrainingSession:
    """A public session of the course, one morning."""
    session = SessionFactory(programme_version=course.programme.versions.first(), **values)
    HalfDayFactory(session=session, day=timezone.localdate() + dt.timedelta(days=in_days))
    return session


def stream(*blocks: tuple[str, Any]) -> str:
    """Raw value of a StreamField from (kind, value); ids say the rank."""
    return json.dumps(
        [
            {"type": kind, "value": value, "id": f"{kind}-{rank}"}
            for rank, (kind, value) in enumerate(blocks, start=1)
        ]
    )
