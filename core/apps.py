"""Django application of what every app builds on."""

from django.apps import AppConfig
from django.urls import register_converter

from core.converters import CodeConverter, KeyConverter


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        from core import announcements, journal_verbs, roles  # noqa: F401  they register
        from core.forms import model_fields

        register_converter(CodeConverter, "code")
        register_converter(KeyConverter, "key")
        roles.declare()
        model_fields.declare_fields()
