"""The form with which editors write a course."""

from collections.abc import Sized
from typing import Any

from django.core.exceptions import ValidationError

from cms.forms.pages import SitePageForm
from training.programme_content import LABELS, OPTIONAL_ITEMS

#: Regulated item → field of the page that says it.
FIELD_OF_ITEM = {
    **{item: item for item in LABELS},
    "duration_minutes": "duration_hours",
    "price_euros": "price",
}


class CoursePageForm(SitePageForm):
    """Drafts may be incomplete; what is published says every regulated item (indicator 1)."""

    def clean(self) -> dict[str, Any]:
        """Names the missing items in one sentence when publishing or submitting."""
        cleaned = super().clean()
        if not self.is_deferred_validation:
            missing = [
                label
                for item, label in LABELS.items()
                if item not in OPTIONAL_ITEMS and self._is_missing(FIELD_OF_ITEM[item], cleaned)
            ]
            if missing:
                self.add_error(
                    None, f"La page ne peut pas être publiée : il manque {', '.join(missing)}."
                )
        return cleaned

    def _post_clean(self) -> None:
        """Once the page carries what was typed: what could mislead asks for a reason."""
        super()._post_clean()
        if not self.is_deferred_validation and not self.errors:
            try:
                self.instance.refuse_unexplained_claims()
            except ValidationError as refusal:
                self._update_errors(refusal)

    def _is_missing(self, field_name: str, cleaned: dict[str, Any]) -> bool:
        if field_name not in self.fields:
            return False
        # Present but refused: its own error says why.
        return _says_nothing(cleaned.get(field_name, self[field_name].data))


def _says_nothing(value: Any) -> bool:
    """A price of zero says something; an empty text or an empty list does not."""
    return value is None or (isinstance(value, Sized) and len(value) == 0)
