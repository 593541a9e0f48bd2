"""A personal link never reaches the logs."""

import logging

import pytest

from operations.logs import SecretsOfPaths


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/questionnaire/s3cr3t-abc/", "/questionnaire/…"),
        ("/documents/verifier/s3cr3t/", "/documents/verifier/…"),
        ("/formations/inconnue/", "/formations/inconnue/"),
    ],
)
def test_the_secret_of_an_address_is_cut_out(path, kept):
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", path), None
    )

    assert SecretsOfPaths().filter(record)
    assert record.getMessage() == f"Not Found: {kept}"


def test_the_console_uses_the_filter(settings):
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["secrets"]
