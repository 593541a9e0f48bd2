"""`{% load components %}`: the parts pages are made of. Their templates are in `components/`."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page as ListPage
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from wagtail.models import Page

from cms import bocage as fields
from cms.domain.catalogue.search import CatalogueEntry
from cms.domain.upcoming_sessions import NextSession
from cms.enums import Drawing
from core.models import Organisation

register = template.Library()
#: Where `cms.urls` serves the drawings. Written, not resolved: it stands sixty times on a page.
DRAWINGS = "/dessins/1/"

#: Characters that mean something to HTML, as JSON may write them.
CLOSING = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


@register.simple_tag
def bocage(seed: object, width: int = 640, height: int = 400, parcels: int = 24) -> SafeString:
    """`{% bocage page.slug 640 200 12 %}`: a field of its own for a course, a place, a page.

    About 90 bytes a parcel. The size of the SVG on the page comes from its parent.
    """
    # Every character of the drawing is ours: the seed only feeds the random generator.
    return mark_safe(  # noqa: S308
        fields.draw(seed=str(seed), width=width, height=height, parcels=parcels)
    )


@register.simple_tag
def bocage_picture(seed: object, width: int, height: int, parcels: int) -> SafeString:
    """`{% bocage_picture course.slug 480 110 10 %}`: the same, as a file, for lists.

    It weighs nothing on the page, comes when it is in sight, and is kept for a year.
    """
    number = fields.number_of(str(seed))
    return format_html(
        '<img class="bocage" src="{}" width="{}" height="{}" alt="" loading="lazy" '
        'decoding="async">',
        f"{DRAWINGS}{width}x{height}-{parcels}/{number}.svg",
        width,
        height,
    )


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """`{% json_ld data %}`: a block of data that no text of an editor can close."""
    text = json.dumps(data, ensure_ascii=False).translate(CLOSING)
    # What could end the block was written as escapes of JSON.
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


@register.simple_tag
def drawing(name: str | None, seed: object, width: int, height: int, parcels: int) -> SafeString:
    """`{% drawing "barn" page.slug 480 110 10 %}`: a drawing by its name, or else a field."""
    if name and name in Drawing.values:
        return mark_safe(render_to_string(f"drawings/{name}.svg"))  # noqa: S308 a file of ours
    return bocage_picture(seed, width, height, parcels)


@register.simple_tag
def page_drawing(page: Page, width: int, height: int, parcels: int) -> SafeString:
    """The drawing that editors chose for a page, or the field that its slug gives it."""
    return drawing(getattr(page, "drawing", ""), page.slug, width, height, parcels)


@register.simple_tag
def course_card(entry: CatalogueEntry) -> SafeString:
    """`{% course_card entry %}`: a course of the catalogue with its next session.

    The catalogue shows sixty: a card is rendered once for the values it shows.
    """
    course, line = entry.course, entry.next_session
    return _card(
        (
            ("slug", course.slug),
            ("url", entry.url),
            ("theme", course.theme_name),
            ("title", course.title),
            ("summary", course.summary),
            ("price", course.price),
            ("session", NextSession.of(line) if line else None),
        )
    )


@lru_cache(maxsize=1000)
def _card(values: tuple[tuple[str, object], ...]) -> SafeString:
    return render_to_string("cms/catalogue/card.html", dict(values))


@register.inclusion_tag("components/tag.html")
def tag(label: object, kind: str = "") -> dict[str, object]:
    """`{% tag "2 places" "few" %}`. Kinds: "" (fine), few, full, waiting, refused, plain."""
    return {"label": label, "kind": kind}


@register.inclusion_tag("components/button.html")
def button(label: str, href: str, variant: str = "") -> dict[str, str]:
    """A link that looks like a button. Variants: "", quiet, danger, wide, small."""
    return {"label": label, "href": href, "variant": variant}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs: str) -> dict[str, object]:
    """`{% breadcrumbs "Accueil" "/" "Mon espace" url "Ici" %}`: title, URL, …, this page."""
    *links, current = pairs
    return {
        "links": [
            {"title": title, "url": url} for title, url in zip(links[::2], links[1::2], strict=True)
        ],
        "current": current,
    }


@register.inclusion_tag("components/facts.html")
def facts(items: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Pairs (name, value) set large."""
    return {"items": items}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", href: str = "", label: str = "") -> dict[str, str]:
    """What a list says when it is empty, with a way out when there is one."""
    return {"title": title, "text": text, "href": href, "label": label}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: RequestContext, page_obj: ListPage) -> dict[str, object]:
    """Previous, next, and where one is; keeps the other GET parameters. Needs `request`."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {"page_obj": page_obj, "query": query.urlencode()}


@register.inclusion_tag("components/session_list.html")
def session_list(lines: Sequence[object]) -> dict[str, object]:
    """Lines of `cms.domain.upcoming_sessions`, each leading to the page of its course."""
    return {"lines": lines}


@register.inclusion_tag("components/vat_mention.html")
def vat_mention(organisation: Organisation) -> dict[str, str]:
    """What is written after a price, without a final stop."""
    return {"regime": organisation.vat_regime}
