"""Seeds the pages of the demonstration."""

import datetime
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings

from wagtail.models import Page, Site

from accounts.models import User
from cms.demo import cooperation
from cms.demo.seeding import HERE, add, read, seeded, stream
from cms.models import CatalogueIndexPage, ContentPage, CoursePage, HomePage, Theme
from core.registry import demo_step
from training.domain.programmes import newest_public_version

REVIEWED_ON = datetime.date(2026, 11, 2)


@demo_step(20)
def seed_for_demonstration(context: dict[str, Any]) -> None:
    """Adds `courses` (slug → page) and `versions` (code of programme → version) to the context."""
    courses = seed_site(actor=context["actor"])
    context["courses"] = courses
    context["versions"] = {
        page.programme.code: newest_public_version(page.programme) for page in courses.values()
    }


def seed_site(*, actor: User | None) -> dict[str, CoursePage]:
    """Every page of the navigation, and eight courses; published by `actor`.

    A page that exists already is left as editors made it. Returns the courses by slug.
    """
    data = read("site.json")
    home = _home(data["home"])
    themes = {
        theme["slug"]: Theme.objects.get_or_create(
            slug=theme["slug"], defaults={"name": theme["name"], "sort_order": rank}
        )[0]
        for rank, theme in enumerate(data["themes"], start=1)
    }
    catalogue = seeded(
        CatalogueIndexPage(show_in_menus=True, **data["catalogue"]), parent=home, actor=actor
    )
    courses = {
        path.stem: _course(read(path), parent=catalogue, themes=themes, actor=actor)
        for path in sorted((HERE / "courses").glob("*.json"))
    }
    _content_pages(home, actor)
    cooperation.seed(actor=actor)
    # Read again: the copy made before its children would write that it has none.
    home.refresh_from_db()
    if not home.headline:
        _open_home(home, data["home"], actor)
    return courses


def _home(data: dict[str, Any]) -> HomePage:
    """The root of the site, in the place of the page that Wagtail makes on its first day."""
    home = HomePage.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        root.get_children().exact_type(Page).filter(slug="home").delete()
        root.refresh_from_db()
        home = root.add_child(instance=HomePage(title=data["title"], slug="accueil", live=False))
    address = urlsplit(settings.SITE_URL)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "root_page": home,
            "site_name": "Coopérative IDÉAL",
            "hostname": address.hostname or "localhost",
            "port": address.port or (443 if address.scheme == "https" else 80),
        },
    )
    return home


def _open_home(home: HomePage, data: dict[str, Any], actor: User | None) -> None:
    """Filled last: its buttons and doors lead to pages that exist by then."""
    for name in ("eyebrow", "headline", "introduction", "tagline", "site_description"):
        setattr(home, name, data[name])
    for name, kind in (("actions", "action"), ("doors", "door")):
        values = [{"type": kind, "value": value} for value in data[name]]
        setattr(home, name, stream(values, seed=name))
    home.body = stream(data["body"], seed="home")
    home.save_revision(user=actor).publish(user=actor)


def _content_pages(home: HomePage, actor: User | None) -> None:
    """Made empty first, so that they may lead to each other; filled, then published."""
    made = []
    for path in sorted((HERE / "pages").glob("*.json")):
        data = read(path)
        parent = ContentPage.objects.get(slug=data["parent"]) if data["parent"] else home
        if Page.objects.child_of(parent).filter(slug=data["slug"]).exists():
            continue
        model = apps.get_model("cms", data["type"])
        names = ("slug", "title", "introduction", "footer_column", "drawing", "show_in_menus")
        fields = dict(data.get("fields", {}))
        if "landmarks" in fields:
            points = [{"type": "landmark", "value": value} for value in fields["landmarks"]]
            fields["landmarks"] = stream(points, seed=data["slug"])
        page = model(**{name: data[name] for name in names}, **fields, live=False)
        add(page, parent=parent)
        made.append((page, data))
    for page, data in made:
        page.refresh_from_db()
        page.body = stream(data["body"], seed=data["slug"])
        page.save_revision(user=actor).publish(user=actor)


def _course(
    data: dict[str, Any],
    *,
    parent: CatalogueIndexPage,
    themes: dict[str, Theme],
    actor: User | None,
) -> CoursePage:
    objectives, content = data.pop("objectives"), data.pop("content")
    page = CoursePage(
        **{**data, "theme": themes[data["theme"]]},
        objectives=stream(
            [{"type": "objective", "value": text} for text in objectives], seed=data["slug"]
        ),
        content=stream([{"type": "part", "value": text} for text in content], seed=data["slug"]),
        is_demonstration=True,
        reviewed_on=REVIEWED_ON,
    )
    return seeded(page, parent=parent, actor=actor)
