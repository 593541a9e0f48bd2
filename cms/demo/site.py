"""Plants the pages of the demonstration."""

import datetime
import json
import re
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from wagtail.models import Page, Site

from accounts.models import User
from cms.models import CatalogueIndexPage, ContentPage, CoursePage, HomePage, Theme
from training.demo.accounts import account
from training.domain.programmes import newest_public_version
from training.registry import demo_step

HERE = Path(__file__).parent
REVIEWED_ON = datetime.date(2026, 11, 2)
#: In the data files, `<a href="page:lexique">` is a link to the page of that slug.
PAGE_LINK = re.compile(r'<a href="page:([\w-]+)">')


@demo_step(20)
def plant_site(context: dict[str, Any]) -> None:
    """Adds `courses` (slug → page) and `versions` (code of programme → version) to the context."""
    courses = seed_site(actor=account("redaction"))
    context["courses"] = courses
    context["versions"] = {
        page.programme.code: newest_public_version(page.programme) for page in courses.values()
    }


def seed_site(*, actor: User | None) -> dict[str, CoursePage]:
    """Every page of the navigation, and eight courses; published by `actor`.

    A page that exists already is left as editors made it. Returns the courses by slug.
    """
    data = _read("site.json")
    home = _home(data["home"])
    themes = {
        theme["slug"]: Theme.objects.get_or_create(
            slug=theme["slug"], defaults={"name": theme["name"], "sort_order": rank}
        )[0]
        for rank, theme in enumerate(data["themes"], start=1)
    }
    catalogue = _page(
        CatalogueIndexPage(show_in_menus=True, **data["catalogue"]), parent=home, actor=actor
    )
    courses = {
        path.stem: _course(_read(path), parent=catalogue, themes=themes, actor=actor)
        for path in sorted((HERE / "courses").glob("*.json"))
    }
    _content_pages(home, actor)
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
    for name in ("eyebrow", "headline", "introduction"):
        setattr(home, name, data[name])
    for name, kind in (("actions", "action"), ("doors", "door")):
        values = [{"type": kind, "value": value} for value in data[name]]
        setattr(home, name, _stream(values, seed=name))
    home.body = _stream(data["body"], seed="home")
    home.save_revision(user=actor).publish(user=actor)


def _content_pages(home: HomePage, actor: User | None) -> None:
    """Made empty first, so that they may lead to each other; filled, then published."""
    made = []
    for path in sorted((HERE / "pages").glob("*.json")):
        data = _read(path)
        parent = ContentPage.objects.get(slug=data["parent"]) if data["parent"] else home
        if Page.objects.child_of(parent).filter(slug=data["slug"]).exists():
            continue
        page = ContentPage(
            **{name: data[name] for name in ("slug", "title", "introduction", "footer_column")},
            show_in_menus=data["show_in_menus"],
            live=False,
        )
        _add(page, parent=parent)
        made.append((page, data))
    for page, data in made:
        page.refresh_from_db()
        page.body = _stream(data["body"], seed=data["slug"])
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
        objectives=_stream(
            [{"type": "objective", "value": text} for text in objectives], seed=data["slug"]
        ),
        content=_stream([{"type": "part", "value": text} for text in content], seed=data["slug"]),
        is_demonstration=True,
        reviewed_on=REVIEWED_ON,
    )
    return _page(page, parent=parent, actor=actor)


def _page(page: Any, *, parent: Page, actor: User | None) -> Any:
    """The page of that slug under its parent: the one that stands there, or this one."""
    model = type(page)
    existing = model.objects.child_of(parent).filter(slug=page.slug).first()
    if existing is not None:
        return existing
    page.live = False
    _add(page, parent=parent)
    page.save_revision(user=actor).publish(user=actor)
    return model.objects.get(pk=page.pk)


def _add(page: Page, *, parent: Page) -> None:
    # The parent is read again: an older copy of it miscounts its children.
    Page.objects.get(pk=parent.pk).add_child(instance=page)


def _stream(blocks: list[dict[str, Any]], *, seed: str) -> str:
    """Raw value of a StreamField; ids do not change from one planting to the next."""
    return json.dumps(
        [
            {
                "type": block["type"],
                "value": _linked(block["value"]),
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{seed}/{block['type']}/{rank}")),
            }
            for rank, block in enumerate(blocks, start=1)
        ]
    )


def _linked(value: Any) -> Any:
    """Slugs of pages become their numbers, in choosers and in running text."""
    if isinstance(value, list):
        return [_linked(item) for item in value]
    if isinstance(value, dict):
        return {
            name: _page_number(item) if name == "page" and item else _linked(item)
            for name, item in value.items()
        }
    if isinstance(value, str):
        return PAGE_LINK.sub(lambda m: f'<a linktype="page" id="{_page_number(m[1])}">', value)
    return value


def _page_number(slug: str) -> int:
    return Page.objects.only("pk").get(slug=slug).pk


def _read(path: str | Path) -> dict[str, Any]:
    return json.loads((HERE / path).read_text(encoding="utf-8"))
