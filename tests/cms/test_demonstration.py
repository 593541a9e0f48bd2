"""The demonstration site: complete, careful, and without a dead link."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from django.conf import settings
from django.test import Client

from wagtail.models import Page, Site

from cms.demo.site import seed_site
from cms.models import CoursePage, HomePage
from tests.factories import OrganisationFactory
from training.models import ProgrammeVersion
from training.programme_content import missing_items

pytestmark = pytest.mark.django_db
DATA = Path(settings.BASE_DIR) / "cms" / "demo"
COURSES = sorted((DATA / "courses").glob("*.json"))


def sentences(value: Any) -> Iterator[str]:
    """Every text of a data file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from sentences(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from sentences(item)


def test_eight_courses_are_complete_and_published() -> None:
    courses = seed_site(actor=None)
    assert len(courses) == 8
    for page in courses.values():
        assert page.live
        assert page.is_demonstration
        assert missing_items(page.programme.versions.get().content) == []


def test_seeding_twice_changes_nothing() -> None:
    seed_site(actor=None)
    before = [
        list(Page.objects.order_by("path").values_list("path", "numchild", "latest_revision")),
        list(ProgrammeVersion.objects.order_by("programme__code").values_list("sha256")),
    ]
    seed_site(actor=None)
    assert before == [
        list(Page.objects.order_by("path").values_list("path", "numchild", "latest_revision")),
        list(ProgrammeVersion.objects.order_by("programme__code").values_list("sha256")),
    ]
    assert Site.objects.get().root_page.specific == HomePage.objects.get()
    assert Page.find_problems() == ([], [], [], [], [])


def test_seeding_keeps_what_editors_wrote() -> None:
    page = seed_site(actor=None)["utilite-sociale"]
    CoursePage.objects.filter(pk=page.pk).update(introduction="Réécrit.")
    assert seed_site(actor=None)["utilite-sociale"].introduction == "Réécrit."


@pytest.mark.parametrize("path", COURSES, ids=lambda path: path.stem)
def test_figures_of_a_course_agree(path: Path) -> None:
    course = json.loads(path.read_text(encoding="utf-8"))
    hours, days = float(course["duration_hours"]), float(course["duration_days"])
    assert 14 <= hours <= 35
    assert hours == days * 7
    assert float(course["price"]) == days * 280
    assert course["slug"] == path.stem


@pytest.mark.parametrize("path", COURSES, ids=lambda path: path.stem)
def test_objectives_begin_with_a_verb_that_can_be_assessed(path: Path) -> None:
    course = json.loads(path.read_text(encoding="utf-8"))
    assert 3 <= len(course["objectives"]) <= 5
    for objective in course["objectives"]:
        verb = objective.split()[0].lower()
        assert re.fullmatch(r"\w+(er|ir|re)", verb), objective
        assert verb not in {"comprendre", "connaître", "savoir", "découvrir", "sensibiliser"}


def test_accessibility_is_said_for_each_course_in_particular() -> None:
    said = [json.loads(path.read_text(encoding="utf-8"))["accessibility"] for path in COURSES]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.json")), ids=lambda path: path.stem)
def test_sentences_follow_french_typography(path: Path) -> None:
    for text in sentences(json.loads(path.read_text(encoding="utf-8"))):
        assert "'" not in text, text
        assert not re.search(r" [:;!?»]|« ", text), text


def test_every_link_of_the_site_leads_somewhere(client: Client) -> None:
    OrganisationFactory()
    seed_site(actor=None)
    seen, waiting = set(), {"/"}
    while waiting:
        url = waiting.pop()
        seen.add(url)
        response = client.get(url, follow=True)
        assert response.status_code == 200, url
        if not response["Content-Type"].startswith("text/html"):
            continue
        if url.startswith(("/compte/", "/espace/", "/static/")):
            continue
        if not response.headers["Content-Type"].startswith("text/html"):
            continue  # a calendar, a feed
        soup = BeautifulSoup(response.content, "html.parser")
        assert len(soup.select("h1")) == 1, url
        links = {link["href"].split("#")[0] for link in soup.select("a[href]")}
        waiting |= {link for link in links if link.startswith("/")} - seen
        for anchor in (link["href"] for link in soup.select('a[href^="#"]')):
            assert soup.select(anchor), f"{url}{anchor}"
    assert {"/formations/", "/cooperer/lexique/", "/reclamation/", "/mentions-legales/"} <= seen


def test_a_page_made_by_wagtail_on_its_first_day_is_replaced() -> None:
    assert Page.objects.filter(depth=2, title__startswith="Welcome").exists()
    seed_site(actor=None)
    assert Page.objects.filter(depth=2).count() == 1
