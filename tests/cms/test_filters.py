"""Searches in the catalogue: words, filters, calendar, files to follow."""

import datetime as dt
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from icalendar import Calendar

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cms.domain import search
from cms.domain.catalogue.months import shifted, weeks_of
from cms.domain.upcoming_sessions import upcoming_sessions
from cms.models import CatalogueIndexPage, SearchEntry
from tests.cms.pages import (
    content_page,
    draft_course,
    open_catalogue,
    open_session,
    publish,
    published_course,
    theme,
)
from tests.factories import HalfDayFactory, OrganisationFactory, RuleSettingFactory, VenueFactory
from training.enums import Modality
from training.models import Venue

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> CatalogueIndexPage:
    OrganisationFactory()
    return open_catalogue()


def read(client: Client, query: str, view: str = "") -> BeautifulSoup:
    response = client.get(f"/formations/{view}{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(soup: BeautifulSoup) -> list[str]:
    return [item.get_text() for item in soup.select(".catalogue h2")]


def month_in(days: int) -> str:
    return f"{timezone.localdate() + dt.timedelta(days=days):%Y-%m}"


# --- Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["gouvernance", "GOUVERNANCES", "decisions consentement", "gouver", "l’animation", "méthode"],
)
def test_a_search_forgives_accents_capitals_and_endings(
    client: Client, catalogue: CatalogueIndexPage, words: str
) -> None:
    published_course(catalogue, methods="Méthodes actives, décisions prises ensemble.")
    assert titles(read(client, f"?q={words}")) == ["Gouvernance partagée"]


def test_every_word_must_be_there_and_titles_come_first(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    published_course(catalogue, slug="a", title="Animer", audience="Personnes de recycleries.")
    published_course(catalogue, slug="b", title="La recyclerie")
    assert titles(read(client, "?q=recyclerie")) == ["La recyclerie", "Animer"]
    assert titles(read(client, "?q=recyclerie+animer")) == ["Animer", "La recyclerie"]
    assert titles(read(client, "?q=recyclerie+apiculture")) == []


def test_what_is_searched_is_what_is_published(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    page = published_course(catalogue)
    page.methods = "Apiculture."
    page.save_revision()
    assert titles(read(client, "?q=apiculture")) == []
    publish(page, methods="Apiculture.")
    assert titles(read(client, "?q=apiculture")) == ["Gouvernance partagée"]
    page.refresh_from_db()
    page.unpublish()
    assert not SearchEntry.objects.filter(page=page).exists()


def test_the_text_of_search_can_be_written_again(catalogue: CatalogueIndexPage) -> None:
    page = published_course(catalogue)
    draft_course(catalogue, slug="brouillon")
    SearchEntry.objects.all().delete()
    assert not search.is_complete()
    call_command("rebuild_search", if_needed=True)
    assert search.is_complete()
    assert " gouvern " in SearchEntry.objects.get(page=page).title_words
    assert not SearchEntry.objects.filter(page__live=False).exists()


@pytest.mark.parametrize("words", ["%25", "_", "???", "le+la+les", "x" * 101, "%27%3B--"])
def test_words_that_mean_nothing_show_everything_and_say_so(
    client: Client, catalogue: CatalogueIndexPage, words: str
) -> None:
    published_course(catalogue)
    soup = read(client, f"?q={words}")
    assert titles(soup) == ["Gouvernance partagée"]
    assert soup.select(".notice--warning")


def test_pages_of_every_kind_are_found_on_the_site(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    published_course(catalogue)
    page = content_page(catalogue.get_parent(), title="Le réemploi", introduction="Donner suite.")
    publish(page)
    soup = BeautifulSoup(client.get("/recherche/?q=REEMPLOI").content, "html.parser")
    assert [link["href"] for link in soup.select(".results a")] == ["/cooperer/"]
    assert "Donner suite." in soup.select_one(".results").get_text()
    nothing = BeautifulSoup(client.get("/recherche/?q=apiculture").content, "html.parser")
    assert nothing.select_one(".empty a")["href"] == "/"
    assert client.get("/recherche/?q=" + "y" * 5000 + "&page=9").status_code == 200


# --- Filters -------------------------------------------------------------------------------------


def test_courses_are_filtered_by_the_place_and_the_month_of_their_sessions(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    here, there = (
        published_course(catalogue, slug="a", title="A"),
        published_course(catalogue, slug="b", title="B"),
    )
    open_session(here, in_days=20, venue=VenueFactory(name="Le Point du Jour", city="Savenay"))
    open_session(here, in_days=80, venue=VenueFactory(name="Ferme de l’Abbatiale"))
    open_session(there, in_days=80, modality=Modality.REMOTE)
    soup = read(client, "?lieu=le-point-du-jour")
    assert titles(soup) == ["A"]
    assert "Savenay" in soup.select_one(".card__next").get_text()
    assert titles(read(client, f"?mois={month_in(80)}")) == ["A", "B"]
    assert titles(read(client, f"?mois={month_in(80)}&lieu=ferme-de-labbatiale")) == ["A"]
    places = [option["value"] for option in soup.select("#filtre-lieu option")]
    assert places == ["", "ferme-de-labbatiale", "le-point-du-jour"]


def test_a_place_without_a_session_still_means_something(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    published_course(catalogue)
    Venue.objects.create(name="La Moutonnière")
    soup = read(client, "?lieu=la-moutonniere")
    assert titles(soup) == []
    assert soup.select_one(".empty a")["href"] == "/formations/"
    assert not soup.select(".notice--warning")


def test_courses_are_filtered_by_prerequisites_and_price(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    published_course(catalogue, slug="a", title="A", price=Decimal(600))
    published_course(
        catalogue,
        slug="b",
        title="B",
        price=Decimal(601),
        prerequisites="Aucun prérequis. Venir à deux aide.",
    )
    published_course(
        catalogue, slug="c", title="C", prerequisites="Aucun prérequis technique ; un projet."
    )
    assert titles(read(client, "?sans-prerequis=1")) == ["A", "B"]
    assert titles(read(client, "?prix-accessible=1")) == ["A", "C"]
    assert titles(read(client, "?prix-accessible=1&sans-prerequis=1")) == ["A"]
    RuleSettingFactory(code="accessible_price_euros", value=700, unit="euros")
    soup = read(client, "?prix-accessible=1")
    assert titles(soup) == ["A", "B", "C"]
    assert "700\u00a0€ ou moins" in soup.select_one(".finder").get_text()


@pytest.mark.parametrize(
    "query", ["?mois=2027-13", "?mois=hier", "?lieu=nulle-part", "?sans-prerequis=oui", "?lieu=1"]
)
@pytest.mark.parametrize("view", ["", "calendrier/"])
def test_nonsense_of_every_filter_is_ignored_and_said(
    client: Client, catalogue: CatalogueIndexPage, query: str, view: str
) -> None:
    published_course(catalogue)
    assert read(client, query, view).select(".notice--warning")
    for name in ("formations.ics", "formations.xml"):
        assert client.get(f"/{name}{query}").status_code == 200


def test_an_answer_has_one_short_address(client: Client, catalogue: CatalogueIndexPage) -> None:
    published_course(catalogue)
    response = client.get("/formations/?modalite=&q=+gouvernance+&theme=gouvernance&lieu=&mois=")
    assert response["HX-Push-Url"] == "/formations/?q=gouvernance&theme=gouvernance"
    soup = BeautifulSoup(response.content, "html.parser")
    views = [link["href"] for link in soup.select(".answer-bar__views a")]
    assert views == [
        "/formations/?q=gouvernance&theme=gouvernance",
        "/formations/calendrier/?q=gouvernance&theme=gouvernance",
    ]


# --- Calendar ------------------------------------------------------------------------------------


def test_the_calendar_opens_on_the_month_of_the_next_session(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    course = published_course(catalogue)
    session = open_session(course, in_days=40, max_seats=5)
    day = timezone.localdate() + dt.timedelta(days=40)
    HalfDayFactory(session=session, day=day)
    other = published_course(catalogue, slug="b", title="B", theme=theme("Autre", "autre"))
    open_session(other, in_days=40)
    soup = read(client, "", "calendrier/")
    busy = soup.select_one(".calendar__busy")
    assert busy.select_one("time")["datetime"] == day.isoformat()
    assert {link["href"] for link in busy.select("a")} == {
        "/formations/gouvernance-partagee/",
        "/formations/b/",
    }
    assert "5 places" in busy.get_text().replace("\u00a0", " ")
    only = read(client, "?theme=autre", "calendrier/")
    assert [link["href"] for link in only.select(".calendar a")] == ["/formations/b/"]
    further = soup.select_one('.months a[rel="next"]')["href"]
    assert further == f"/formations/calendrier/?mois={shifted(f'{day:%Y-%m}', 1)}"
    empty = client.get(further)
    assert "Aucune session ce mois-ci" in empty.content.decode()


def test_the_calendar_turns_neither_to_the_past_nor_without_end(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    this_month = month_in(0)
    past = read(client, "?mois=2020-01", "calendrier/")
    assert not past.select('.months a[rel="prev"]')
    assert past.select_one(".months a")["href"].endswith(f"mois={shifted(this_month, 1)}")
    assert not read(client, "?mois=2099-01", "calendrier/").select('.months a[rel="next"]')


def test_weeks_begin_on_monday_and_hold_the_whole_month() -> None:
    weeks = weeks_of("2027-02", [])
    assert [week[0].day.weekday() for week in weeks] == [0] * 4
    assert sum(day.in_month for week in weeks for day in week) == 28
    assert shifted("2027-01", -1) == "2026-12"


# --- Calendars and feeds of visitors -------------------------------------------------------------


def test_sessions_can_be_followed_in_a_calendar(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    course = published_course(catalogue)
    venue = VenueFactory(name="Le Point du Jour", postcode="44260", city="Savenay, gare")
    session = open_session(course, in_days=20, venue=venue, code="S-2027-01")
    first = session.half_days.get()
    HalfDayFactory(
        session=session,
        starts_at=first.starts_at + dt.timedelta(hours=5),
        ends_at=first.ends_at + dt.timedelta(hours=5),
    )
    for url in ("/formations.ics", "/sessions/S-2027-01.ics"):
        response = client.get(url)
        assert response["Content-Type"].startswith("text/calendar")
        (event,) = Calendar.from_ical(response.content).walk("VEVENT")
        assert event["SUMMARY"] == "Gouvernance partagée"
        assert event["LOCATION"].endswith("44260 Savenay, gare")
        assert event["URL"] == "http://testserver/formations/gouvernance-partagee/"
        assert event.decoded("DTSTART") == first.starts_at
        assert event.decoded("DTEND") == first.ends_at + dt.timedelta(hours=5)
        assert event["UID"].startswith("S-2027-01-")
    nothing = client.get("/formations.ics?modalite=remote")
    assert not Calendar.from_ical(nothing.content).walk("VEVENT")
    assert client.get("/sessions/INCONNUE.ics").status_code == 404


def test_sessions_can_be_followed_as_a_feed(client: Client, catalogue: CatalogueIndexPage) -> None:
    open_session(published_course(catalogue, title="Faire & <dire>"), code="S-2027-01")
    response = client.get("/formations.xml")
    assert response["Content-Type"].startswith("application/rss+xml")
    text = response.content.decode()
    assert "Faire &amp; &lt;dire&gt;" in text
    assert '<guid isPermaLink="false">S-2027-01</guid>' in text


def test_sessions_to_come_are_read_in_two_queries_whatever_their_number(
    catalogue: CatalogueIndexPage, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    course = published_course(catalogue)
    for count in (1, 3):
        while len(upcoming_sessions()) < count:
            open_session(course, in_days=10 * count)
        with django_assert_num_queries(2):
            assert len(upcoming_sessions()) == count
