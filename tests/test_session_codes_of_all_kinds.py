"""Whatever code a session was stored under, every page answers and every file has a right name.

Codes written before the rule, or by a program: the form refuses them (`training.session_codes`).
"""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from django.db import connection, transaction
from django.http import HttpResponseBase
from django.urls import resolve, reverse

from certificates.domain import files
from certificates.domain.batches import gathering
from cms.models import CoursePage
from core.downloads import FORBIDDEN, disposition, safe_name
from tests.cast import Actor
from tests.cms.pages import open_catalogue, open_session, published_course
from tests.factories import CompanyFactory
from tests.permission_matrix import OK, Persona, World
from tests.test_permission_matrix import (
    EVERY_LINE,
    KNOWN,
    world,  # noqa: F401  a fixture
)
from training.domain import agreements
from training.enums import AgreementKind, SessionState
from training.models import TrainingSession

pytestmark = pytest.mark.django_db

#: All that is wrong at once.
WORST = 'TL/é²"#?%2F;..\\🙂\x0b\u202e&<'
NASTY = [
    WORST,
    "TL/2026-08",
    "/",
    "..",
    "../../etc",
    ".cache",
    "-rf",
    'S"2026"',
    "S'2026",
    "ÉTÉ«2026»🙂",
    "S-2026-²",
    "S2026:08*?",
    "a b\tc",
    "S\r\nSet-Cookie: a=b",
    "S\x0b2026",
    "S\u202e6202",
    "S%2F2026",
    "S#2026",
    "S?a=b",
    "~S-2026",
    "李 伟",
    "confirmer",
    "X" * 30,
    "é" * 200,
]
#: Where names of URLs begin whose page shows a session, leads to it or gives a file of it.
ABOUT_SESSIONS = (
    *("portal:", "cms:", "certificates:", "session", "document", "half-days:", "agreements:"),
    *("paper:", "remote:", "platform-logs:", "audit-packs:", "enrolments:inspect", "imports:show"),
)
#: Who is asked to open a page: the first of them who may.
ASKED = (Persona.DIRECTION, Persona.TRAINER, Persona.LEARNER, Persona.ANONYMOUS, *Persona)


def store(session: TrainingSession, code: str) -> None:
    """The code, past every rule; cut where the database would refuse it."""
    if connection.vendor == "postgresql":
        code = code[:30]
    TrainingSession.objects.filter(pk=session.pk).update(code=code)
    session.code = code


@contextmanager
def undone() -> Iterator[None]:
    """What is written meanwhile is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def faults_of_headers(response: HttpResponseBase) -> list[str]:
    """What is wrong with the name of the file that the answer carries, if any."""
    header = response.headers.get("Content-Disposition", "")
    if not header:
        return []
    plain = re.search(r'filename="(.+)"$', header)
    encoded = re.search(r"filename\*=utf-8''(.+)$", header)
    if not header.isascii() or not (plain or encoded):
        return [header]
    found = plain[1] if plain else unquote(encoded[1]) if encoded else ""
    seen = safe_name(found) == found and len(found.encode()) <= 200
    return [] if seen else [header]


def test_every_page_of_ours_answers(
    world: World,  # noqa: F811
    request: pytest.FixtureRequest,
) -> None:
    store(world.session, WORST)
    wrong = {}
    for name, line in EVERY_LINE.items():
        opens = [persona for persona in ASKED if line.expected[persona] == OK]
        if not name.startswith(ABOUT_SESSIONS) or name not in KNOWN:
            continue
        if line.method != "get" or not opens:
            continue
        actor: Actor = request.getfixturevalue(opens[0])
        try:
            with undone():
                response = actor.get(reverse(name, kwargs=line.arguments(world)))
                if response.streaming:
                    b"".join(response)
        except Exception as error:  # noqa: BLE001  any of them is a page that fails
            wrong[name] = repr(error)[:200]
            continue
        if response.status_code not in {200, 204, 302, 400, 422} or faults_of_headers(response):
            wrong[name] = f"{response.status_code} {faults_of_headers(response)}"
    assert wrong == {}


@pytest.fixture
def course() -> CoursePage:
    return published_course(open_catalogue())


def test_the_public_site_answers_and_its_links_lead_to_the_session(
    course: CoursePage, client: Actor
) -> None:
    session = open_session(course, state=SessionState.OPEN)
    wrong = {}
    for code in NASTY:
        store(session, code)
        for what, check in PUBLIC_USES.items():
            try:
                check(client, session)
            except Exception as error:  # noqa: BLE001  all of them are listed together
                wrong[f"{code[:20]!r} {what}"] = repr(error)[:200]
    assert wrong == {}


def _course_page(client: Actor, session: TrainingSession) -> None:
    page = client.get("/formations/gouvernance-partagee/")
    text = page.content.decode()
    assert page.status_code == 200
    links = set(re.findall(r'href="(/(?:inscription|sessions)/[^"]+)"', text))
    assert len(links) == 2
    for link in links:
        assert urlsplit(link).path == link
        assert resolve(unquote(link)).kwargs == {"code": session.code}
    assert text.count('"CourseInstance"') == 1


def _request(client: Actor, session: TrainingSession) -> None:
    for name in ("enrol", "enrol-done") if session.code == WORST else ("enrol-done",):
        assert client.get(reverse(f"portal:{name}", args=[session.code])).status_code == 200


def _calendars(client: Actor, session: TrainingSession) -> None:
    answer = client.get(reverse("cms:session-ics", args=[session.code]))
    assert faults_of_headers(answer) == []
    (entry,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert re.fullmatch(r"[A-Za-z0-9~._-]+@[a-z0-9.-]+", entry["uid"])


def _feed(client: Actor, session: TrainingSession) -> None:
    found = ElementTree.fromstring(client.get("/formations.xml").content)  # noqa: S314  ours
    assert re.fullmatch(r"[A-Za-z0-9~._-]+", found.findtext("channel/item/guid", ""))


def _lists(client: Actor, session: TrainingSession) -> None:
    if session.code == WORST:
        for url in ("/formations/", "/formations/calendrier/", "/formations.ics"):
            assert client.get(url).status_code == 200


def _agreement(client: Actor, session: TrainingSession) -> None:
    with undone():
        agreement = agreements.draft(
            session=session, kind=AgreementKind.CONVENTION, company=CompanyFactory()
        )
        agreement.clean_fields(exclude=["programme_version"])


PUBLIC_USES = {
    "course page": _course_page,
    "request": _request,
    "calendars": _calendars,
    "feed": _feed,
    "lists": _lists,
    "agreement": _agreement,
}


def test_the_folders_of_an_archive_stay_inside_it(
    world: World,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "read", lambda key: b"%PDF")
    document = world.certificate
    document.number = ""  # its name then comes from its subject
    for code in NASTY:
        store(world.session, code)
        document.session = world.session
        written = io.BytesIO()
        gathering._write_zip(written, [document])
        (path,) = zipfile.ZipFile(written).namelist()
        folder, name = path.split("/")
        assert safe_name(folder) == folder, code
        assert safe_name(name) == name, code
        assert name.endswith(".pdf")


@pytest.mark.parametrize("code", NASTY)
def test_a_name_of_file_is_one_on_every_system(code: str) -> None:
    name = safe_name(f"{code}.pdf")
    assert not set(name) & FORBIDDEN
    assert len(name.encode()) <= 200
    assert name.endswith(".pdf") or name == "pdf"
    assert name.strip(" .") == name
    assert disposition(f"liste-{code}.pdf").isascii()
