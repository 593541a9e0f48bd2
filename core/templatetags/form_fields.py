"""What the template of a field asks of it."""

from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def is_asked(field: BoundField) -> bool:
    """Whether the field is not optional for who fills it in.

    A field of which the form accepts the absence may be asked all the same by the way one has
    chosen (a typed name, where one does not draw): its control says so with `aria-required`.
    """
    return field.field.required or field.field.widget.attrs.get("aria-required") == "true"
