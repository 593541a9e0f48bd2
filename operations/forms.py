"""How every form of the public site and the portal is rendered."""

from django.forms.renderers import TemplatesSetting


class SiteFormRenderer(TemplatesSetting):
    """Field groups come from our own components: label, help, control, error tied to its field."""

    form_template_name = "components/form.html"
    field_template_name = "components/form_field.html"
