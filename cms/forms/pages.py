"""The form with which editors write a page of any type."""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.widgets import SlugInput

from cms.domain.page_slugs import plain_slug, why_reserved

#: Before letters lose their accents in the browser: an apostrophe parts two words.
FORMATTERS = [(r"['’ʼ`´]", "-"), (r"[œŒ]", "oe"), (r"[æÆ]", "ae")]


class SitePageForm(WagtailAdminPageForm):
    """The slug of a new page, or one that is changed, is plain and takes the place of no view."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].widget = SlugInput(formatters=FORMATTERS)

    def clean_slug(self) -> str:
        """Without accents; the slug of a page that has one already stays: its URL is known."""
        slug: str = self.cleaned_data["slug"]
        return (plain_slug(slug) or slug) if self._slug_is_new(slug) else slug

    def clean(self) -> dict[str, Any]:
        """Wagtail asks whether another page has the slug; a view may have it too."""
        cleaned = super().clean()
        slug = cleaned.get("slug")
        is_new = slug and self._slug_is_new(slug)
        if is_new and (why := why_reserved(slug=slug, parent=self.parent_page)):
            self.add_error("slug", why)
        return cleaned

    def _slug_is_new(self, slug: str) -> bool:
        return not self.instance.pk or slug != self.initial.get("slug")
