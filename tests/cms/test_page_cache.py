"""Pages kept for anonymous visitors: the same for all, forgotten when what they show changes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from django.core.cache import caches
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import resolve

from wagtail.models import PageViewRestriction

from cms.domain.page_cache import GENERATION, forget_pages
from cms.middleware import PageCacheMiddleware
from cms.models import CoursePage
from tests.cast import Actor
from tests.cms.pages import open_catalogue, open_session, publish, published_course
from tests.factories import AgreementFactory, LearnerFactory, OrganisationFactory
from training.domain.enrolments import staff
from training.domain.sessions import lifecycle as session_lifecycle

pytestmark = pytest.mark.django_db
COURSE = "/formations/gouvernance-partagee/"


@pytest.fixture(autouse=True)
def _kept(settings: Any) -> Iterator[None]:
    settings.PAGE_CACHE = True
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def course() -> CoursePage:
    OrganisationFactory()
    return published_course(open_catalogue())


def change_unseen(course: CoursePage, introduction: str) -> None:
    """A change that nothing announces: what is kept stays as it was."""
    QuerySet(CoursePage).filter(pk=course.pk).update(introduction=introduction)


def shows(client: Client, text: str, url: str = COURSE, **headers: str) -> bool:
    return text in client.get(url, headers=headers).content.decode()


def test_a_kept_page_asks_nothing_of_the_database(
    client: Client, course: CoursePage, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    first = client.get(COURSE)
    with django_assert_num_queries(0):
        second = client.get(COURSE)
    assert second.content == first.content
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    # The browser asks again each time: only what is kept here can be forgotten.
    assert second["Cache-Control"] == "no-cache"
    assert "Expires" not in second


def test_filters_have_their_own_page_and_words_typed_are_not_kept(
    client: Client, course: CoursePage
) -> None:
    for query in ("", "?theme=gouvernance", "?q=gouvernance", f"?theme={'x' * 200}"):
        assert shows(client, "Gouvernance partagée", f"/formations/{query}")
    QuerySet(CoursePage).filter(pk=course.pk).update(title="Autre titre")
    assert not shows(client, "Autre titre", "/formations/?theme=gouvernance")
    assert not shows(client, "Autre titre", "/formations/")
    assert shows(client, "Autre titre", "/formations/?q=gouvernance")
    assert shows(client, "Autre titre", f"/formations/?theme={'x' * 200}")


def test_nobody_with_a_session_a_message_or_a_password_gets_a_kept_page(
    client: Client, course: CoursePage, learner: Actor
) -> None:
    client.get(COURSE)
    change_unseen(course, "Chapeau récent.")
    assert not shows(client, "Chapeau récent.")
    assert shows(learner, "Chapeau récent.")
    assert shows(client, "Chapeau récent.", Authorization="Basic abc")
    client.cookies["messages"] = "quelque chose"
    assert shows(client, "Chapeau récent.")
    # And what they were shown is not kept for the others.
    assert not shows(Client(), "Chapeau récent.")


def test_the_cookie_of_a_form_does_not_deprive_of_kept_pages(
    client: Client, course: CoursePage
) -> None:
    client.get(COURSE)
    change_unseen(course, "Chapeau récent.")
    client.cookies["csrftoken"] = "x" * 32
    assert not shows(client, "Chapeau récent.")


def test_a_page_with_a_form_is_never_kept(client: Client, course: CoursePage) -> None:
    session = open_session(course)
    url = f"/inscription/{session.code}/"
    tokens = {client.get(url).context["csrf_token"] for _time in range(2)}
    assert len(tokens) == 2
    closed = PageViewRestriction.objects.create(
        page=course, restriction_type=PageViewRestriction.PASSWORD, password="secret"
    )
    response = client.get(COURSE)
    assert "password" in response.content.decode()
    closed.delete()
    caches["pages"].delete(GENERATION)
    assert not shows(client, 'type="password"')


def test_pages_not_found_are_not_kept(client: Client, course: CoursePage) -> None:
    assert client.get("/formations/bientot/").status_code == 404
    course.copy(update_attrs={"slug": "bientot", "title": "Bientôt"})
    assert client.get("/formations/bientot/").status_code == 200


def test_a_preview_neither_reads_nor_leaves_a_kept_page(
    client: Client, course: CoursePage, editor: Actor
) -> None:
    course.introduction = "Brouillon."
    course.save_revision()
    preview = editor.get(f"/gestion/pages/{course.pk}/view_draft/")
    assert "Brouillon." in preview.content.decode()
    assert not shows(client, "Brouillon.")


def seats_taken(course: CoursePage) -> None:
    session = course.programme.versions.get().sessions.get()
    staff.add(
        session=session,
        learner=LearnerFactory(),
        agreement=AgreementFactory(session=session),
        actor=None,
    )


def session_cancelled(course: CoursePage) -> None:
    session = course.programme.versions.get().sessions.get()
    session_lifecycle.cancel_session(session=session, actor=None, reason="Trop peu de personnes.")


def organisation_moved(course: CoursePage) -> None:
    OrganisationFactory().save()


@pytest.mark.parametrize(
    "change",
    [
        seats_taken,
        session_cancelled,
        organisation_moved,
        lambda course: publish(course),
        lambda course: course.unpublish(),
        lambda course: course.delete(),
        lambda course: course.theme.save(),
        lambda course: PageViewRestriction.objects.create(page=course, restriction_type="login"),
    ],
    ids=["seats", "session", "organisation", "publish", "unpublish", "delete", "theme", "private"],
)
def test_whatever_pages_show_makes_them_forgotten_once_committed(
    course: CoursePage, change: Callable[[CoursePage], object], run_commits: Callable[[], None]
) -> None:
    open_session(course)
    run_commits()
    before = caches["pages"].get_or_set(GENERATION, "first", None)
    change(course)
    assert caches["pages"].get(GENERATION) == before
    run_commits()
    assert caches["pages"].get(GENERATION) != before


def test_pages_are_forgotten_once_a_commit_whatever_is_written(
    db: None, run_commits: Callable[[], None]
) -> None:
    run_commits()
    for _time in range(3):
        forget_pages()
    with transaction.atomic():
        # Undone with its savepoint: it must not stand for those outside.
        forget_pages()
        forget_pages()
    assert len(connection.run_on_commit) == 2


def test_a_page_drawn_from_what_was_true_before_is_never_shown_after(
    client: Client, course: CoursePage, run_commits: Callable[[], None]
) -> None:
    old = client.get(COURSE)
    caches["pages"].clear()

    def draw(request: HttpRequest) -> HttpResponseBase:
        publish(course, introduction="Chapeau récent.")
        run_commits()
        return old

    request = RequestFactory().get(COURSE)
    request.resolver_match = resolve(COURSE)
    PageCacheMiddleware(draw)(request)
    assert shows(client, "Chapeau récent.")


def test_public_pages_are_compressed_and_others_are_not(client: Client, course: CoursePage) -> None:
    for _time in range(2):  # rendered, then kept
        response = client.get(COURSE, headers={"Accept-Encoding": "br;q=1, gzip"})
        assert response["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in client.get(COURSE)
    form = client.get(
        f"/inscription/{open_session(course).code}/", headers={"Accept-Encoding": "gzip"}
    )
    assert "Content-Encoding" not in form
