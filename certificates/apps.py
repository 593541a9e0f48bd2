"""Django application of the room."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "Documents"

    def ready(self) -> None:
        from certificates import (  # noqa: F401  they register
            checks,
            demo,
            journal_verbs,
            personal_data,
            public_links,
            receivers,
            roles,
        )
        from certificates.domain import contexts  # noqa: F401  it registers the kinds

        roles.declare()
