"""Django application of the documents."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "Documents"

    def ready(self) -> None:
        from certificates import (  # noqa: F401  they register
            announcements,
            checks,
            dated_rules,
            demo,
            journal_verbs,
            personal_data,
            public_links,
            published_evidence,
            receivers,
            roles,
        )
        from certificates.domain import (  # noqa: F401  kinds; what keeps the code of a session
            kinds,
            session_codes,
        )

        roles.declare()
