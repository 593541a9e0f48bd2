"""The cooperation side of the site: lexicon, directory, places, news, events."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from icalendar import Calendar

from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from cms.models import (
    DirectoryPage,
    EventIndexPage,
    EventPage,
    HomePage,
    LexiconEntry,
    LexiconPage,
    NewsCategory,
    NewsIndexPage,
    NewsPage,
    Partner,
    PlacePage,
    Sector,
    SitemapPage,
)
from tests.cms.pages import content_page, open_site, stream
from tests.factories import OrganisationFactory
from tests.words import Words, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> HomePage:
    OrganisationFactory()
    return open_site()


def under(parent: Any, model: type, **values: Any) -> Any:
    """A published page of that kind."""
    page = model(**{"title": model.__name__, "slug": model.__name__.lower(), **values})
    type(parent).objects.get(pk=parent.pk).add_child(instance=page)
    return page


def read(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def texts(soup: BeautifulSoup, selector: str) -> list[Words]:
    return [Words(plain(item.get_text(" "))) for item in soup.select(selector)]


# --- Lexicon --------------------------------------------------------------------------------------


def word(term: str, **values: Any) -> LexiconEntry:
    return LexiconEntry.objects.create(term=term, definition="<p>Un mot.</p>", **values)


def test_the_lexicon_is_in_the_order_of_a_dictionary(client: Client, home: HomePage) -> None:
    under(home, LexiconPage, slug="lexique")
    for term in ("Œuvre", "zone", "Économie", "écart", "2 000 watts", "Eau"):
        word(term)
    soup = read(client, "/lexique/")
    assert texts(soup, ".lexicon h3") == [
        "Eau",
        "écart",
        "Économie",
        "Œuvre",
        "zone",
        "2 000 watts",
    ]
    letters = [link["href"] for link in soup.select(".letters a")]
    assert letters == ["#lettre-e", "#lettre-o", "#lettre-z", "#lettre-#"]


def test_words_lead_to_each_other_by_anchors_that_do_not_change(
    client: Client, home: HomePage
) -> None:
    under(home, LexiconPage, slug="lexique")
    first, second = word("Coopération"), word("Tiers-lieu")
    first.see_also.add(second)
    first.term = "Faire coopération"
    first.save()
    soup = read(client, "/lexique/")
    for anchor in ("cooperation", "tiers-lieu"):
        assert soup.select_one(f"h3#{anchor}")
    links = [link["href"] for link in soup.select(".lexicon__also a")]
    assert sorted(links) == ["#cooperation", "#tiers-lieu"]


def test_two_words_that_look_alike_have_two_anchors(home: HomePage) -> None:
    assert [word("Coopérer").anchor, word("coopérer !").anchor] == ["cooperer", "cooperer-2"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_lexicon_asks_as_much_of_the_database_for_one_word_as_for_three(
    client: Client, home: HomePage, count: int, django_assert_num_queries: Any
) -> None:
    under(home, LexiconPage, slug="lexique")
    words = [word(f"Mot {rank}") for rank in range(count)]
    words[0].see_also.add(words[-1])
    client.get("/lexique/")
    with django_assert_num_queries(11):
        client.get("/lexique/")


# --- Directory ------------------------------------------------------------------------------------


@pytest.fixture
def directory(home: HomePage) -> DirectoryPage:
    food = Sector.objects.create(name="Alimentation", slug="alimentation")
    farm = Partner.objects.create(name="Une ferme", kind="company", role="Cultive.")
    farm.sectors.add(food)
    canteen = Partner.objects.create(name="Une cantine", kind="public", role="Cuisine.")
    canteen.sectors.add(food)
    Partner.objects.create(name="Un réseau", kind="network", role="Relie.")
    Partner.objects.create(name="Partie", kind="network", role="N’est plus là.", is_listed=False)
    return under(home, DirectoryPage, slug="annuaire")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Une ferme", "Une cantine", "Un réseau"]),
        ("?filiere=alimentation", ["Une ferme", "Une cantine"]),
        ("?nature=network", ["Un réseau"]),
        ("?nature=company&filiere=alimentation", ["Une ferme"]),
        ("?nature=team", []),
    ],
)
def test_the_directory_is_filtered_by_its_address(
    client: Client, directory: DirectoryPage, query: str, expected: list[str]
) -> None:
    soup = read(client, f"/annuaire/{query}")
    assert texts(soup, ".directory h2") == expected
    assert bool(soup.select(".empty a")) is not bool(expected)


@pytest.mark.parametrize("query", ["?nature=vache", "?filiere=%27--", "?nature=" + "x" * 3000])
def test_nonsense_filters_show_the_whole_directory_and_say_so(
    client: Client, directory: DirectoryPage, query: str
) -> None:
    soup = read(client, f"/annuaire/{query}")
    assert len(soup.select(".directory h2")) == 3
    assert "Ce filtre n’existe pas" in soup.select_one(".notice").get_text()


# --- Places ---------------------------------------------------------------------------------------


def landmark(**values: Any) -> tuple[str, dict[str, Any]]:
    return "landmark", {
        "kind": "station",
        "name": "Gare <b>",
        "direction": "s",
        "minutes": 10,
        **values,
    }


def test_a_place_says_how_to_come_and_asks_no_other_site(client: Client, home: HomePage) -> None:
    under(
        home,
        PlacePage,
        slug="ferme",
        title="La ferme",
        city="Savenay",
        postcode="44260",
        step_free="Deux marches à l’entrée.",
        landmarks=stream(landmark(), landmark(name="Garage", minutes=0, direction="n")),
    )
    soup = read(client, "/ferme/")
    assert "Deux marches" in soup.select_one("[aria-labelledby=sans-marche]").get_text()
    assert texts(soup, ".place__points li") == [
        "Garage (gare) : au nord, sur place",
        "Gare <b> (gare) : au sud, à 10 minutes à pied",
    ]
    outside = soup.select_one('a[href^="https://www.openstreetmap.org/"]')
    assert "Savenay" in outside["href"]
    plan = soup.select_one("svg.plan")
    assert plan["aria-hidden"] == "true"
    assert not plan.select("b, image")


def test_a_place_without_landmarks_or_details_still_stands(client: Client, home: HomePage) -> None:
    under(home, PlacePage, slug="ferme", city="Savenay")
    soup = read(client, "/ferme/")
    assert not soup.select(".place__points, .panel")


# --- News -----------------------------------------------------------------------------------------


@pytest.fixture
def news(home: HomePage) -> NewsIndexPage:
    page = under(home, NewsIndexPage, slug="actualites", title="Actualités")
    category = NewsCategory.objects.create(name="Recherche", slug="recherche")
    under(page, NewsPage, title="Ancienne", slug="ancienne", date=dt.date(2021, 12, 2))
    under(
        page,
        NewsPage,
        title="Récente",
        slug="recente",
        date=dt.date(2022, 7, 1),
        month_only=True,
        category=category,
        introduction="Ce & cela",
    )
    under(page, NewsPage, title="Brouillon", slug="brouillon", live=False)
    return page


def test_news_are_the_newest_first_and_by_category(client: Client, news: NewsIndexPage) -> None:
    assert texts(read(client, "/actualites/"), ".card h2") == ["Récente", "Ancienne"]
    soup = read(client, "/actualites/?rubrique=recherche")
    assert texts(soup, ".card h2") == ["Récente"]
    assert texts(soup, ".card .eyebrow") == ["juillet 2022 · Recherche"]
    soup = read(client, "/actualites/?rubrique=inconnue&page=mille")
    assert texts(soup, ".card h2") == ["Récente", "Ancienne"]
    assert "n’existe pas" in soup.select_one(".notice").get_text()


def test_news_come_out_as_a_feed(client: Client, news: NewsIndexPage) -> None:
    response = client.get("/flux/actualites.xml")
    assert response["Content-Type"].startswith("application/rss+xml")
    feed = BeautifulSoup(response.content, "xml")
    assert [item.title.text for item in feed.select("item")] == ["Récente", "Ancienne"]
    assert feed.select_one("item description").text == "Ce & cela"
    assert feed.select_one("item link").text.endswith("/actualites/recente/")


# --- Events ---------------------------------------------------------------------------------------


@pytest.fixture
def agenda(home: HomePage) -> EventIndexPage:
    return under(home, EventIndexPage, slug="agenda")


def event(agenda: EventIndexPage, *, in_days: int, **values: Any) -> EventPage:
    day = timezone.localdate() + dt.timedelta(days=in_days)
    return under(agenda, EventPage, **{"slug": f"e{in_days}", "starts_on": day, **values})


def test_the_agenda_says_what_comes_then_what_was(client: Client, agenda: EventIndexPage) -> None:
    event(agenda, in_days=-9, title="Passé")
    event(agenda, in_days=9, title="Bientôt")
    today = timezone.localdate()
    event(agenda, in_days=-1, slug="dure", title="Dure encore", ends_on=today)
    soup = read(client, "/agenda/")
    assert texts(soup, "section:has(#a-venir) h3") == ["Dure encore", "Bientôt"]
    assert texts(soup, "section:has(#deja-passes) h3") == ["Passé"]


def entries(client: Client, url: str) -> list[Any]:
    response = client.get(url)
    assert response["Content-Type"].startswith("text/calendar")
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_an_event_of_some_hours_goes_to_calendars_with_its_hours(
    client: Client, home: HomePage, agenda: EventIndexPage
) -> None:
    place = under(home, PlacePage, slug="ferme", title="La ferme", city="Savenay")
    page = event(
        agenda,
        in_days=0,
        starts_on=dt.date(2027, 7, 1),
        starts_at=dt.time(17, 30),
        ends_at=dt.time(19),
        place=place,
        title="Café, thé & co",
    )
    (entry,) = entries(client, f"/flux/agenda/{page.pk}.ics")
    paris = ZoneInfo("Europe/Paris")
    assert entry["DTSTART"].dt == dt.datetime(2027, 7, 1, 17, 30, tzinfo=paris)
    assert entry["DTEND"].dt == dt.datetime(2027, 7, 1, 19, 0, tzinfo=paris)
    assert entry["LOCATION"] == "La ferme, Savenay"
    assert entry["SUMMARY"] == "Café, thé & co"


def test_an_event_of_several_days_takes_its_last_day_too(
    client: Client, agenda: EventIndexPage
) -> None:
    starts = timezone.localdate() + dt.timedelta(days=5)
    event(agenda, in_days=5, ends_on=starts + dt.timedelta(days=2), title="Fête")
    event(agenda, in_days=-5, title="Passé")
    (entry,) = entries(client, "/flux/agenda.ics")
    assert entry["DTSTART"].dt == starts
    assert entry["DTEND"].dt == starts + dt.timedelta(days=3)


def test_a_draft_event_is_in_no_calendar(client: Client, agenda: EventIndexPage) -> None:
    page = event(agenda, in_days=5, live=False)
    assert entries(client, "/flux/agenda.ics") == []
    assert client.get(f"/flux/agenda/{page.pk}.ics").status_code == 404


def test_the_page_of_an_event_tells_people_and_engines(
    client: Client, agenda: EventIndexPage
) -> None:
    event(
        agenda,
        in_days=5,
        title="</script><b>",
        where="Blain",
        registration_url="https://example.org/inscription",
    )
    soup = read(client, "/agenda/e5/")
    assert '"@type": "Event"' in soup.select_one('script[type="application/ld+json"]').string
    assert texts(soup, "h1") == ["</script><b>"]
    assert soup.select_one('.panel a[href="https://example.org/inscription"]')


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_on": dt.date(2026, 1, 1)}, "ends_on"),
        ({"ends_on": dt.date(2099, 1, 1)}, "ends_on"),
        ({"ends_at": dt.time(9)}, "starts_at"),
        ({"starts_at": dt.time(10), "ends_at": dt.time(9)}, "ends_at"),
    ],
)
def test_an_event_that_cannot_be_is_refused_at_its_field(
    values: dict[str, Any], field: str
) -> None:
    page = EventPage(title="E", slug="e", starts_on=dt.date(2026, 5, 1), **values)
    with pytest.raises(ValidationError) as refusal:
        page.clean()
    assert set(refusal.value.message_dict) == {field}


# --- The plan of the site -------------------------------------------------------------------------


def test_the_plan_lists_every_public_page_and_no_other(client: Client, home: HomePage) -> None:
    section = content_page(home, title="Coopérer", slug="cooperer")
    content_page(section, title="Dedans", slug="dedans")
    content_page(home, title="Brouillon", slug="brouillon", live=False)
    under(home, SitemapPage, slug="plan", title="Plan")
    soup = read(client, "/plan/")
    listed = texts(soup, ".sitemap a")
    assert {"Accueil", "Coopérer", "Dedans", "Plan", "Vérifier un certificat"} <= set(listed)
    assert "Brouillon" not in listed
