"""`{% load site_chrome %}`: what stands around every page, from the pages that editors wrote."""

from dataclasses import dataclass, field

from django import template
from django.db.models import F, Q
from django.template.context import Context
from django.urls import NoReverseMatch, reverse

from wagtail.models import Page, Site

from cms.domain import page_cache
from cms.enums import FooterColumn
from cms.models.visibility import visible_to_all
from core.models import Organisation
from core.registry import registry

register = template.Library()

#: Pages of other apps, that editors do not write: words, URL name.
ELSEWHERE = (
    ("Faire une réclamation", "quality:complaint"),
    ("Vérifier un certificat", "certificates:verify-by-number"),
)
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
    tagline: str = ""  # under its name
    description: str = ""  # of the site, in one sentence
    navigation: list[Link] = field(default_factory=list)
    trail: list[Link] = field(default_factory=list)  # from the home page to the parent of this one
    columns: list[Column] = field(default_factory=list)
    elsewhere: list[Link] = field(default_factory=list)  # what is no page of Wagtail


@register.simple_tag(takes_context=True)
def site_chrome(context: Context) -> Chrome:
    """`{% site_chrome as chrome %}`: three queries at most, whatever the number of pages."""
    organisation = context.get("organisation")  # of the page, when it has read it already
    if not isinstance(organisation, Organisation):
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
    ancestors = _paths_above(context.get("page"))
    pages = (
        visible_to_all(Page.objects.descendant_of(root, inclusive=True).live())
        .filter(
            Q(show_in_menus=True, depth=root.depth + 1)
            | in_footer
            | is_catalogue
            | Q(pk=root.pk)
            | Q(path__in=ancestors)
        )
        .order_by("path")
        .values(
            "title",
            "url_path",
            "path",
            "depth",
            "show_in_menus",
            footer=F("contentpage__footer_column"),
            catalogue=F("catalogueindexpage"),
            tagline=F("homepage__tagline"),
            description=F("homepage__site_description"),
        )
    )
    by_column: dict[str, list[Link]] = {column.value: [] for column in FOOTER_COLUMNS}
    for page in pages:
        url = "/" + page["url_path"][len(root.url_path) :]
        link = Link(page["title"], url, is_current=request.path.startswith(url))
        if page["path"] == root.path:
            chrome.tagline, chrome.description = page["tagline"] or "", page["description"] or ""
        if page["path"] in ancestors:
            chrome.trail.append(Link("Accueil", url) if page["depth"] == root.depth else link)
        if page["show_in_menus"] and page["depth"] == root.depth + 1:
            chrome.navigation.append(link)
        if page["catalogue"]:
            by_column[FooterColumn.LEARN.value].append(Link("Catalogue", url))
        if page["footer"]:
            by_column[page["footer"]].append(link)
    learn = by_column[FooterColumn.LEARN.value]
    written = {link.url for links in by_column.values() for link in links}
    chrome.elsewhere = [Link(title, url) for title, url in _elsewhere() if url not in written]
    learn += chrome.elsewhere
    chrome.columns = [
        Column(str(column.label), by_column[column.value])
        for column in FOOTER_COLUMNS
        if by_column[column.value]
    ]
    return chrome


@register.inclusion_tag("components/breadcrumbs.html", takes_context=True)
def page_breadcrumbs(context: Context, page: Page) -> dict[str, object]:
    """The path from the home page to a page of Wagtail, after `{% site_chrome as chrome %}`."""
    return {"links": context["chrome"].trail, "current": page.title}


@register.inclusion_tag("components/child_pages.html", takes_context=True)
def child_pages(context: Context, page: Page) -> dict[str, object]:
    """Cards towards the pages under a page, in the order of the editors."""
    request = context.get("request")
    children = visible_to_all(page.get_children().live()).specific()
    return {
        "children": [
            {
                "page": child,
                "title": child.title,
                "text": child.introduction,
                "url": child.get_url(request),
            }
            for child in children
        ]
    }


def _elsewhere() -> list[tuple[str, str]]:
    """Titles and URLs of the pages of other apps, those that exist."""
    registered = page_cache.kept("links", _registered_links)
    fixed = [(title, _url(name)) for title, name in ELSEWHERE]
    return [*registered, *(pair for pair in fixed if pair[1])]


def _registered_links() -> list[tuple[str, str]]:
    return [pair for links in registry.public_links for pair in links()]


def _url(name: str) -> str:
    """The URL of a page of another app; empty when there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _paths_above(page: object) -> list[str]:
    """Tree paths of the ancestors of a page of Wagtail; none for anything else."""
    if not isinstance(page, Page) or not page.path:
        return []
    return [page.path[:end] for end in range(Page.steplen, len(page.path), Page.steplen)]
