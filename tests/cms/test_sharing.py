"""What search engines, networks and readers are given; what a public page never does."""

import gc
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from django.test import Client

from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, PageViewRestriction

from cms import bocage
from cms.demo.site import seed_site
from cms.models import CoursePage
from tests.cms.pages import (
    content_page,
    draft_course,
    open_catalogue,
    open_session,
    publish,
    published_course,
    stream,
)
from tests.codebase.sources import ROOT
from tests.factories import EnrolmentFactory, OrganisationFactory, VenueFactory

pytestmark = pytest.mark.django_db
COURSE = "/formations/gouvernance-partagee/"
STRICT = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "frame-ancestors": "'self'",
}


def soup_of(client: Client, url: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(url).content, "html.parser")


def test_every_public_page_has_one_title_one_address_and_a_strict_policy(client: Client) -> None:
    OrganisationFactory()
    seed_site(actor=None)
    urls = [page.get_url() for page in Page.objects.live().filter(depth__gt=1)]
    assert len(urls) > 15
    titles = set()
    for url in [*urls, "/formations/calendrier/", "/recherche/?q=lieu", "/introuvable/"]:
        response = client.get(url)
        policy = dict(
            part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
        )
        assert {name: policy[name] for name in STRICT} == STRICT, url
        assert "nonce" not in response["Content-Security-Policy"]
        soup = BeautifulSoup(response.content, "html.parser")
        assert len(soup.select("h1")) == 1, url
        if url in urls:
            titles.add(soup.title.get_text())
            assert soup.select_one('link[rel="canonical"]')["href"] == f"http://testserver{url}"
            assert soup.select_one('meta[name="description"]')["content"].strip(), url
            shared = {
                item["property"]: item["content"] for item in soup.select("meta[property^='og:']")
            }
            assert shared["og:url"] == f"http://testserver{url}"
            assert shared["og:title"] in soup.title.get_text()
            assert shared["og:image"].startswith("http://testserver/static/img/share")
    assert len(titles) == len(urls)


def test_a_filtered_list_gives_the_address_of_the_whole(client: Client) -> None:
    published_course(open_catalogue())
    soup = soup_of(client, "/formations/?theme=gouvernance")
    assert soup.select_one('link[rel="canonical"]')["href"] == "http://testserver/formations/"


def test_the_map_of_the_site_lists_public_pages_alone(client: Client) -> None:
    catalogue = open_catalogue()
    published_course(catalogue)
    draft_course(catalogue, slug="brouillon")
    private = content_page(catalogue.get_parent())
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314  our own
    found = {item.text for item in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert {re.sub(r"^https?://[^/]+", "", url) for url in found} == {
        "/",
        "/formations/",
        "/formations/calendrier/",
        COURSE,
    }


def test_robots_keep_out_of_personal_pages_and_of_demonstrations(
    client: Client, settings: Any
) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /espace/\n" in text
    assert "Disallow: /\n" not in text
    assert "Sitemap: http://testserver/sitemap.xml" in text
    settings.DEMO = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


def test_a_course_tells_search_engines_what_its_page_says(client: Client) -> None:
    OrganisationFactory()
    course = published_course(open_catalogue(), title="Faire </script><b>ensemble")
    venue = VenueFactory(name="Le Point du Jour", city="Savenay")
    full = open_session(course, max_seats=1, price=Decimal("450.00"), venue=venue)
    EnrolmentFactory(session=full)
    response = client.get(COURSE)
    assert response.content.decode().count("</script>") == 1  # that of the block alone
    data = json.loads(soup_of(client, COURSE).select_one("script").string)
    assert (data["@type"], data["name"]) == ("Course", "Faire </script><b>ensemble")
    assert data["timeRequired"] == "PT14H"
    assert data["offers"]["price"] == "560.00"
    (instance,) = data["hasCourseInstance"]
    assert instance["@type"] == "CourseInstance"
    assert instance["courseMode"] == "Onsite"
    assert instance["location"]["address"]["addressLocality"] == "Savenay"
    assert instance["offers"]["price"] == "450.00"
    assert instance["offers"]["availability"].endswith("SoldOut")


def test_a_course_never_bears_the_mark_of_the_certificate(client: Client) -> None:
    OrganisationFactory()
    seed_site(actor=None)
    for course in CoursePage.objects.live():
        main = soup_of(client, course.get_url()).select_one("main")
        for drawn in main.select("img, svg, use, picture, source, object"):
            assert "qualiopi" not in str(drawn).lower(), course
        assert "Qualiopi" not in main.get_text(), course


# --- Drawings ------------------------------------------------------------------------------------


def test_a_drawing_is_kept_for_a_year_and_stands_by_itself(client: Client) -> None:
    response = client.get("/dessins/1/480x110-10/217.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert "immutable" in response["Cache-Control"]
    root = ElementTree.fromstring(response.content)  # noqa: S314  our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(response.content) < 3500


@pytest.mark.parametrize(
    "name", ["480x110-10/1000", "39x110-10/3", "480x2001-10/3", "480x110-61/3", "480x110-0/3"]
)
def test_a_drawing_of_no_size_does_not_exist(client: Client, name: str) -> None:
    assert client.get(f"/dessins/1/{name}.svg").status_code == 404


def test_drawings_have_the_colours_of_the_site() -> None:
    tokens = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    styles = (ROOT / "static/css/drawings.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"--([\w-]+): light-dark\((#\w+, #\w+)\)", tokens))
    for name, colours in bocage.COLOURS.items():
        rule = re.search(rf"\.{name} {{\s+(?:fill|stroke): (?!none)([^;}}]+)", styles)[1].strip()
        said = re.sub(r"var\(--([\w-]+)\)", lambda found: named[found[1]], rule)
        assert re.findall(r"#\w+", said) == list(colours), name


# --- Pictures of editors -------------------------------------------------------------------------


# 2026-11-23: Wagtail 7.4 leaves the temporary files of renditions to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_browsers_choose_the_size_and_the_format_of_a_picture(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    home = open_catalogue().get_parent()
    files = [get_test_image_file(filename=f"{rank}.png", size=(900, 400)) for rank in range(2)]
    images = [Image.objects.create(title="Champ", file=file) for file in files]
    blocks = [("image", {"image": image.pk, "alt": "Un champ.", "caption": ""}) for image in images]
    page = publish(content_page(home, body=stream(*blocks)))
    picture = soup_of(client, page.get_url()).select_one("main figure picture")
    assert [source["type"] for source in picture.select("source")] == ["image/avif", "image/webp"]
    assert "400w" in picture.select_one("source")["srcset"]
    assert picture.select_one("source")["sizes"]
    drawn = picture.select_one("img")
    assert (drawn["alt"], drawn["loading"]) == ("Un champ.", "lazy")
    served = client.get(drawn["src"])
    assert served.getvalue()
    served.close()
    del served, images, files
    gc.collect()  # here, where the warnings are expected
