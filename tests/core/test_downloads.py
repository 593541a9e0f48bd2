"""Private files: one answer carries them, one function opens them."""

import pytest

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from core.domain import private_files
from core.downloads import private_file, safe_name


@pytest.mark.parametrize("content", [b"%PDF-1.7", ContentFile(b"%PDF-1.7")])
def test_a_private_file_is_kept_by_no_cache_and_its_type_is_not_guessed_by_the_browser(content):
    response = private_file(content, name="émargement.pdf", as_attachment=True)
    assert b"".join(response) == b"%PDF-1.7"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_a_file_of_an_unknown_type_is_sent_as_bytes_under_the_type_it_has():
    assert private_file(b"", name="justificatif")["Content-Type"] == "application/octet-stream"
    shown = private_file(b"", name="justificatif", media_type="image/png")
    assert shown["Content-Type"] == "image/png"
    assert shown["Content-Disposition"] == 'inline; filename="justificatif"'


def test_the_name_of_a_file_holds_no_folder_no_line_end_and_no_mark_that_does_not_show():
    assert safe_name("../a\\b\r\nc\u202efdp.exe") == "_a_b__c_fdp.exe"
    assert safe_name("Convention n° 12, « été ».pdf") == "Convention n° 12, « été ».pdf"


def test_a_file_that_is_not_there_opens_as_none():
    key = storages["private"].save("test/one", ContentFile(b"one"))
    with private_files.opened(key) as stored:
        assert stored.read() == b"one"
    private_files.discard(key)
    assert private_files.opened(key) is None
    assert private_files.opened("") is None
