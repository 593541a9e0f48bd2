"""`{% load site_chrome %}`: what stands around every page, from the pages that editors wrote."""

from dataclasses import dataclass, field

from django import template
from django.template.context import Context

from wagtail.models import Page, Site

from training.models import Organisation

register = template.Library()


@dataclass(frozen=True)
class Link:
    """An entry of the navigation or of the footer."""

    title: str
    url: str
    is_current: bool


@dataclass
class Chrome:
    """Header and footer: who we are, and only links to pages that exist."""

    organisation: Organisation
    navigation: list[Link] = field(default_factory=list)


@register.simple_tag(takes_context=True)
def site_chrome(context: Context) -> Chrome:
    """`{% site_chrome as chrome %}`: three queries, whatever the number of pages."""
    organisation = Organisation.objects.filter(pk=1).first() or Organisation(
        legal_name="Organisme de formation"
    )
    chrome = Chrome(organisation=organisation)
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    if site is None:
        return chrome
    root_path = site.root_page.url_path
    pages = Page.objects.child_of(site.root_page).live().public().in_menu()
    for title, url_path in pages.values_list("title", "url_path"):
        url = "/" + url_path[len(root_path) :]
        chrome.navigation.append(Link(title, url, is_current=request.path.startswith(url)))
    return chrome
