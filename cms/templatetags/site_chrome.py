"""`{% load site_chrome %}`: what stands around every page, from the pages that editors wrote."""

from dataclasses import dataclass, field

from django import template
from django.db.models import Q
from django.template.context import Context

from wagtail.models import Page, Site

from cms.models.content import FooterColumn
from training.models import Organisation

register = template.Library()

FOOTER_COLUMNS = [column for column in FooterColumn if column != FooterColumn.NONE]


@dataclass(frozen=True)
class Link:
    """An entry of the navigation or of the footer."""

    title: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Column:
    """Links under one heading at the foot of the page."""

    title: str
    links: list[Link]


@dataclass
class Chrome:
    """Header and footer: who we are, and only links to pages that exist."""

    organisation: Organisation
    navigation: list[Link] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)


@register.simple_tag(takes_context=True)
def site_chrome(context: Context) -> Chrome:
    """`{% site_chrome as chrome %}`: four queries at most, whatever the number of pages."""
    organisation = Organisation.objects.filter(pk=1).first() or Organisation(
        legal_name="Organisme de formation"
    )
    chrome = Chrome(organisation=organisation)
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    if site is None:
        return chrome
    root = site.root_page
    in_footer = Q(contentpage__footer_column__in=[column.value for column in FOOTER_COLUMNS])
    # The catalogue opens its column by itself: it is where people begin.
    is_catalogue = Q(catalogueindexpage__isnull=False)
    pages = (
        Page.objects.descendant_of(root)
        .live()
        .public()
        .filter(Q(show_in_menus=True, depth=root.depth + 1) | in_footer | is_catalogue)
        .order_by("path")
        .values_list("title", "url_path", "show_in_menus", "depth", "contentpage__footer_column")
    )
    by_column: dict[str, list[Link]] = {column.value: [] for column in FOOTER_COLUMNS}
    for title, url_path, show_in_menus, depth, footer_column in pages:
        url = "/" + url_path[len(root.url_path) :]
        link = Link(title, url, is_current=request.path.startswith(url))
        if show_in_menus and depth == root.depth + 1:
            chrome.navigation.append(link)
        if footer_column is None:
            by_column[FooterColumn.LEARN.value].append(Link("Catalogue", url))
        elif footer_column:
            by_column[footer_column].append(link)
    chrome.columns = [
        Column(str(column.label), by_column[column.value])
        for column in FOOTER_COLUMNS
        if by_column[column.value]
    ]
    return chrome


@register.inclusion_tag("components/breadcrumbs.html", takes_context=True)
def page_breadcrumbs(context: Context, page: Page) -> dict[str, object]:
    """The path from the home page to a page of Wagtail. One query."""
    request = context.get("request")
    ancestors = page.get_ancestors().filter(depth__gt=1).order_by("depth")
    return {
        "links": [
            {"title": "Accueil" if ancestor.depth == 2 else ancestor.title, "url": url}
            for ancestor in ancestors
            if (url := ancestor.get_url(request))
        ],
        "current": page.title,
    }


@register.inclusion_tag("components/child_pages.html", takes_context=True)
def child_pages(context: Context, page: Page) -> dict[str, object]:
    """Cards towards the pages under a page, in the order of the editors."""
    request = context.get("request")
    children = page.get_children().live().public().specific()
    return {
        "children": [
            {"title": child.title, "text": child.introduction, "url": child.get_url(request)}
            for child in children
        ]
    }
