"""The guide of the people who use the product (`docs/guide.md`), as the help of the back office."""

from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from django.conf import settings
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.views.generic import TemplateView

from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

FILE = "docs/guide.md"


@cache
def read_guide() -> tuple[SafeString, list[tuple[str, str]]]:
    """The guide as HTML, and its chapters: (anchor, title). Read once: it changes with the code."""
    text = (settings.BASE_DIR / FILE).read_text(encoding="utf-8")
    # HTML in the text is shown as it is written, never taken as HTML.
    markdown = MarkdownIt("js-default")
    tokens = markdown.parse(text)
    chapters = []
    for opening, words in zip(tokens, tokens[1:], strict=False):
        if opening.type == "heading_open" and opening.tag in {"h2", "h3"}:
            anchor = slugify(words.content)
            opening.attrSet("id", anchor)
            if opening.tag == "h2":
                chapters.append((anchor, words.content))
    body = markdown.renderer.render(_without_title(tokens), markdown.options, {})
    return mark_safe(body), chapters  # noqa: S308  our own file, its HTML escaped


def _without_title(tokens: list[Token]) -> list[Token]:
    """The page has a title already."""
    return tokens[3:] if tokens[0].tag == "h1" else tokens


class GuideView(WagtailAdminTemplateMixin, TemplateView):
    """Open to all who may open the back office."""

    template_name = "core/backoffice/guide.html"
    page_title = "Guide d’utilisation"
    header_icon = "help"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        body, chapters = read_guide()
        return super().get_context_data(body=body, chapters=chapters, **kwargs)


def menu_item() -> MenuItem:
    """The guide, in the help menu."""
    return MenuItem(
        "Guide d’utilisation", reverse("guide"), name="guide", icon_name="help", order=10
    )


urlpatterns: list[URLPattern] = [path("aide/guide/", GuideView.as_view(), name="guide")]
