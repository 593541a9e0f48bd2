"""The catalogue and the page of a course, as the public reads them."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail.models import PageViewRestriction

from cms.models import CatalogueIndexPage, CoursePage
from core.enums import VatRegime
from tests.cms.pages import (
    course_values,
    draft_course,
    open_catalogue,
    open_session,
    publish,
    published_course,
    theme,
)
from tests.factories import (
    EnrolmentFactory,
    HalfDayFactory,
    OrganisationFactory,
    ProgrammeFactory,
    ProgrammeVersionFactory,
    SessionFactory,
    VenueFactory,
)
from training.enums import Enrolling, Modality, SessionState
from training.programme_content import LABELS

pytestmark = pytest.mark.django_db
# One of them lists the legal texts in force: it is kept between visits, except in the tests.
CATALOGUE_QUERIES = 13


@pytest.fixture
def catalogue() -> CatalogueIndexPage:
    OrganisationFactory()
    return open_catalogue()


def read(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def text_of(soup: BeautifulSoup, selector: str) -> str:
    """Text of the first match, every space made plain."""
    return re.sub(r"\s+", " ", soup.select_one(selector).get_text(" ")).strip()


def titles(soup: BeautifulSoup) -> list[str]:
    return [item.get_text() for item in soup.select(".catalogue h2")]


def many_courses(catalogue: CatalogueIndexPage, count: int) -> None:
    """Courses with a session and two half-days each."""
    for rank in range(count):
        programme = ProgrammeFactory()
        session = SessionFactory(
            programme_version=ProgrammeVersionFactory(programme=programme), venue=VenueFactory()
        )
        for day in (20, 21):
            HalfDayFactory(session=session, day=timezone.localdate() + dt.timedelta(days=day))
        EnrolmentFactory(session=session)
        page = CoursePage(
            **course_values(title=f"Formation {rank}", slug=f"formation-{rank}"),
            programme=programme,
        )
        CatalogueIndexPage.objects.get(pk=catalogue.pk).add_child(instance=page)


@pytest.mark.parametrize("count", [5, 60])
def test_the_catalogue_asks_as_much_of_the_database_for_5_courses_as_for_60(
    client: Client,
    catalogue: CatalogueIndexPage,
    count: int,
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    many_courses(catalogue, count)
    client.get("/formations/")  # Wagtail keeps the url of the site in the cache
    with django_assert_num_queries(CATALOGUE_QUERIES):
        response = client.get("/formations/")
    assert response.content.decode().count('<li class="card">') == count


def test_drafts_and_unpublished_courses_are_not_listed(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    draft_course(catalogue, slug="brouillon", title="Brouillon")
    published_course(catalogue, slug="retiree", title="Retirée").unpublish()
    published_course(catalogue, slug="visible", title="Visible")
    assert titles(read(client, "/formations/")) == ["Visible"]


def test_a_course_kept_for_some_is_not_listed(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    page = published_course(catalogue)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert titles(read(client, "/formations/")) == []
    PageViewRestriction.objects.update(page=catalogue.get_parent())
    assert client.get("/formations/").status_code == 302


def test_filters_by_theme_and_modality_combine(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    food = theme("Alimentation", "alimentation")
    published_course(catalogue, slug="a", title="A", theme=food, modality=Modality.REMOTE)
    published_course(catalogue, slug="b", title="B", theme=food)
    published_course(catalogue, slug="c", title="C", modality=Modality.REMOTE)
    assert titles(read(client, "/formations/?theme=alimentation")) == ["A", "B"]
    assert titles(read(client, "/formations/?modalite=remote")) == ["A", "C"]
    soup = read(client, "/formations/?theme=alimentation&modalite=remote")
    assert titles(soup) == ["A"]
    chosen = [option["value"] for option in soup.select("option[selected]")]
    assert chosen == ["alimentation", "remote"]


def test_filters_that_nothing_passes_leave_a_way_out(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    theme("Tiers-lieux", "tiers-lieux")
    published_course(catalogue)
    soup = read(client, "/formations/?theme=tiers-lieux")
    assert titles(soup) == []
    assert soup.select_one(".empty a")["href"] == "/formations/"


@pytest.mark.parametrize(
    "query",
    [
        "theme=inconnu",
        "modalite=%F0%9F%90%84",
        "theme=gouvernance&modalite=';--",
        "theme=" + "x" * 3000,
    ],
)
def test_nonsense_filters_show_everything_and_say_so(
    client: Client, catalogue: CatalogueIndexPage, query: str
) -> None:
    published_course(catalogue)
    soup = read(client, f"/formations/?{query}")
    assert titles(soup) == ["Gouvernance partagée"]
    assert "Ce filtre n’existe pas" in text_of(soup, ".notice")


def test_the_card_of_a_course_says_its_next_session(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    course = published_course(catalogue)
    open_session(course, in_days=40, venue=VenueFactory(name="Loin", city="Blain"))
    open_session(course, in_days=20, venue=VenueFactory(name="Le Point du Jour", city="Savenay"))
    card = text_of(read(client, "/formations/"), ".card")
    assert "Le Point du Jour, Savenay" in card
    assert "Loin" not in card
    assert "12 places" in card


def test_the_course_says_every_regulated_item_in_one_order(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    published_course(catalogue, certification="Titre, RNCP 00000, certificateur, 2024.")
    soup = read(client, "/formations/gouvernance-partagee/")
    assert soup.select_one("h1").get_text() == "Gouvernance partagée"
    assert [item.get_text() for item in soup.select(".objectives li")] == [
        "Décrire trois formes de gouvernance.",
        "Animer une décision par consentement.",
    ]
    names = [item.get_text() for item in soup.select(".items dt")]
    assert names == [label for key, label in LABELS.items() if key not in {"title", "objectives"}]
    values = text_of(soup, ".items")
    for said in ("14 heures", "2 jours", "En présence", "560 €", "Salle de plain-pied."):
        assert said in values
    assert "Programme version 1" in text_of(soup, ".course__body")
    assert "Page relue le 2 novembre 2026" in text_of(soup, ".course__body")


def test_no_certification_is_not_a_line(client: Client, catalogue: CatalogueIndexPage) -> None:
    published_course(catalogue)
    soup = read(client, "/formations/gouvernance-partagee/")
    assert "Certification" not in [item.get_text() for item in soup.select(".items dt")]


@pytest.mark.parametrize(
    ("regime", "mention"),
    [
        (VatRegime.EXEMPT, "net de taxe, exonéré de TVA"),
        (VatRegime.FRANCHISE, "TVA non applicable, article 293 B du CGI"),
        (VatRegime.TAXABLE, "hors taxe, TVA en sus"),
    ],
)
def test_the_price_says_which_vat_applies(
    client: Client, catalogue: CatalogueIndexPage, regime: str, mention: str
) -> None:
    organisation = OrganisationFactory()
    organisation.vat_regime = regime
    organisation.save()
    published_course(catalogue)
    soup = read(client, "/formations/gouvernance-partagee/")
    assert text_of(soup, ".panel").startswith(f"S’inscrire 560 € par personne, {mention}")


def test_sessions_lead_to_their_enrolment_with_the_places_left(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    course = published_course(catalogue)
    session = open_session(course, max_seats=3, code="S-2027-01")
    EnrolmentFactory(session=session)
    soup = read(client, "/formations/gouvernance-partagee/")
    url = reverse("portal:enrol", kwargs={"code": "S-2027-01"})
    assert [link["href"] for link in soup.select(".panel .session h3 a")] == [url]
    assert soup.select_one(".panel .button")["href"] == url
    assert text_of(soup, ".panel .tag") == "2 places"


def test_a_full_session_offers_its_waiting_list(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    session = open_session(published_course(catalogue), max_seats=1)
    EnrolmentFactory(session=session)
    soup = read(client, "/formations/gouvernance-partagee/")
    assert text_of(soup, ".panel .tag") == "Complet, liste d’attente"
    assert text_of(soup, ".panel .button") == "Demander une place en liste d’attente"


def test_a_session_at_another_price_shows_its_own(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    open_session(published_course(catalogue), price=Decimal("450.00"))
    soup = read(client, "/formations/gouvernance-partagee/")
    assert "450 €" in text_of(soup, ".panel .session")


@pytest.mark.parametrize(
    "values",
    [
        {"in_days": -3},
        {"enrolling": Enrolling.INVITATION},
        {"state": SessionState.DRAFT},
        {"state": SessionState.CANCELLED},
    ],
)
def test_sessions_that_are_not_for_the_public_stay_hidden(
    client: Client, catalogue: CatalogueIndexPage, values: dict[str, object]
) -> None:
    open_session(published_course(catalogue), **values)
    soup = read(client, "/formations/gouvernance-partagee/")
    assert soup.select(".panel .session") == []
    assert "Aucune date n’est ouverte" in text_of(soup, ".panel")


def test_sessions_on_an_older_version_are_still_listed(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    course = published_course(catalogue)
    open_session(course)
    publish(course, methods="Autres méthodes.")
    soup = read(client, "/formations/gouvernance-partagee/")
    assert len(soup.select(".panel .session")) == 1


def test_the_home_page_lists_the_next_sessions_soonest_first(
    client: Client, catalogue: CatalogueIndexPage
) -> None:
    course = published_course(catalogue)
    open_session(course, in_days=60, modality=Modality.REMOTE)
    open_session(course, in_days=30, venue=VenueFactory(name="Ferme", city="Blain"))
    soup = read(client, "/")
    lines = [re.sub(r"\s+", " ", item.get_text()) for item in soup.select(".session p")]
    assert lines == ["1 jour, Ferme, Blain", "1 jour, à distance"]
    assert soup.select_one(".session a")["href"] == "/formations/gouvernance-partagee/"


def test_what_editors_type_is_never_markup(client: Client, catalogue: CatalogueIndexPage) -> None:
    published_course(catalogue, audience="<script>alert(1)</script>", methods="Une ligne\n\nDeux")
    soup = read(client, "/formations/gouvernance-partagee/")
    assert "<script>alert(1)</script>" in text_of(soup, ".items")
    assert len(soup.select(".items p")) > 1
