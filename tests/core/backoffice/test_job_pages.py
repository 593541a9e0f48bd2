"""The page of a background job: every app says in words what is done, the kit does the rest."""

import pytest

from django.http import HttpResponse
from django.test import RequestFactory

from core.backoffice.job_pages import JobPageMixin
from core.enums import JobState
from tests.codebase.sources import name_of, python_files
from tests.factories import JobFactory

pytestmark = pytest.mark.django_db


def progress_of(job, *, is_under_way=True) -> HttpResponse:
    class Page(JobPageMixin):
        progress_words = "Émission en cours"
        stopped_words = "L’émission s’est arrêtée."
        progress_unit = "document"

        def get_job(self):
            return job

        def is_under_way(self):
            return is_under_way

        def get_page_url(self):
            return "/ici/"

        def get_retry_url(self):
            return "/reprendre/"

    request = RequestFactory().get("/ici/")
    request.htmx = True
    response = Page().get(request)
    return response.render() if hasattr(response, "render") else response


def test_a_job_under_way_says_how_far_it_is_and_asks_again():
    text = progress_of(JobFactory(state=JobState.RUNNING, progress=2, total=5)).content.decode()
    assert "(2 sur 5\u00a0documents)" in text
    assert 'hx-get="/ici/"' in text
    assert "/reprendre/" not in text


def test_a_job_that_does_not_count_yet_has_no_figure():
    text = progress_of(JobFactory(state=JobState.QUEUED, total=0)).content.decode()
    assert "sur 0" not in text
    assert "max=" not in text


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_job_that_stopped_says_so_once_and_can_be_started_again(is_lost):
    job = None if is_lost else JobFactory(state=JobState.FAILED, error="Disque plein.")
    text = progress_of(job).content.decode()
    assert "L’émission s’est arrêtée." in text
    assert ("Disque plein." in text) is not is_lost
    assert 'action="/reprendre/"' in text
    assert "hx-get" not in text


def test_the_whole_page_comes_back_when_the_result_is_there():
    response = progress_of(JobFactory(state=JobState.RUNNING), is_under_way=False)
    assert response["HX-Refresh"] == "true"


def test_no_other_screen_follows_a_job_by_itself():
    found = [
        name_of(path)
        for path in python_files(product_only=True)
        if "HX-Refresh" in path.read_text(encoding="utf-8")
    ]
    assert found == ["core/backoffice/job_pages.py"]
