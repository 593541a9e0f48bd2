"""Parts of addresses."""

from django.urls.converters import StringConverter


class SessionCodeConverter(StringConverter):
    """A code of a session as staff wrote it; a NUL is in none, and PostgreSQL refuses it."""

    regex = "[^/\x00]+"
