"""What pages show and what the search finds is right after every way of writing it."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from django.core.cache import caches
from django.core.management import call_command
from django.dispatch import Signal
from django.test import Client
from django.utils import timezone

from certificates.domain import texts
from certificates.enums import TextSlug
from certificates.models import DocumentTemplate
from cms.domain.page_cache import GENERATION
from cms.models import (
    CoursePage,
    NewsCategory,
    NewsIndexPage,
    NewsPage,
    ResultsPage,
    SearchEntry,
    Theme,
    WatchedWording,
)
from cms.receivers import EVENTS
from cms.views import pages
from core.models import Organisation, RuleSetting
from core.models.announced import SIGNALS, AnnouncedQuerySet
from tests.cms.pages import open_catalogue, open_session, publish, published_course, stream
from tests.factories import (
    AgreementFactory,
    EnrolmentFactory,
    HalfDayFactory,
    InvitationFactory,
    OrganisationFactory,
    SessionFactory,
    VenueFactory,
)
from training.domain import programmes
from training.domain.enrolments import lifecycle
from training.enums import EnrolmentState, ProgrammeOrigin, SessionState
from training.models import Enrolment, HalfDay, TrainingSession, Venue

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
COURSE = "/formations/gouvernance-partagee/"


@pytest.fixture
def _kept(settings: Any) -> Iterator[None]:
    settings.PAGE_CACHE = True
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def course() -> CoursePage:
    OrganisationFactory(trade_name="Coopérative des Tilleuls")
    return published_course(open_catalogue())


def page(url: str) -> str:
    """The page as an anonymous visitor reads it, its spaces made plain."""
    return " ".join(Client().get(url).content.decode().split())


# --- Pages, event by event ------------------------------------------------------------------------


def prepare(course: CoursePage) -> None:
    """A session to come, one that is over, and the page of results."""
    open_session(
        course, venue=VenueFactory(name="Salle du Tilleul"), max_seats=8, state=SessionState.OPEN
    )
    EnrolmentFactory(session=session_to_come(), state=EnrolmentState.CONFIRMED)
    over = SessionFactory(
        programme_version=course.programme.versions.get(),
        state=SessionState.COMPLETED,
        completed_at=timezone.now(),
    )
    EnrolmentFactory(session=over, state=EnrolmentState.COMPLETED)
    home = course.get_parent().get_parent()
    home.add_child(instance=ResultsPage(title="Nos résultats", slug="resultats"))


def session_to_come() -> TrainingSession:
    return TrainingSession.objects.get(state=SessionState.OPEN)


def organisation_saved(course: CoursePage) -> str:
    organisation = Organisation.load()
    organisation.phone = "02 40 11 22 33"
    organisation.save()
    return "02 40 11 22 33"


def organisation_written_in_bulk(course: CoursePage) -> str:
    Organisation.objects.update(city="Guémené")
    return "Guémené"


def rule_written(course: CoursePage) -> str:
    RuleSetting.objects.create(
        code="accessible_price_euros", value=431, valid_from=timezone.localdate()
    )
    return "431"


def text_written(course: CoursePage) -> str:
    texts.write(
        slug=TextSlug.INTERNAL_RULES,
        body="## Article 1\n\nChacun écoute.",
        in_force_from=timezone.localdate(),
        actor=None,
    )
    return str(TextSlug.INTERNAL_RULES.label)


def seat_taken_in_bulk(course: CoursePage) -> str:
    session = session_to_come()
    Enrolment.objects.bulk_create(
        EnrolmentFactory.build(
            session=session,
            learner=None,
            agreement=AgreementFactory(session=session),
            state=EnrolmentState.CONFIRMED,
        )
        for _seat in range(3)
    )
    return "4 places"


def seats_freed_in_bulk(course: CoursePage) -> str:
    Enrolment.objects.filter(session=session_to_come()).delete()
    return "8 places"


def states_changed_together(course: CoursePage) -> str:
    lifecycle.end_all(
        session=session_to_come(),
        enrolments=Enrolment.objects.filter(session=session_to_come()),
        to=EnrolmentState.CANCELLED,
        actor=None,
        reason="Annulée.",
    )
    return "8 places"


def session_written_in_bulk(course: CoursePage) -> str:
    TrainingSession.objects.filter(pk=session_to_come().pk).update(max_seats=5)
    return "4 places"


def half_day_made(course: CoursePage) -> str:
    HalfDayFactory(session=session_to_come(), day=timezone.localdate() + dt.timedelta(days=50))
    return "2 jours"


def half_day_deleted(course: CoursePage) -> str:
    HalfDay.objects.all().delete()
    return "Aucune"


def venue_renamed(course: CoursePage) -> str:
    venue = Venue.objects.get(name="Salle du Tilleul")
    venue.name = "Salle du Noyer"
    venue.save()
    return "Salle du Noyer"


def version_published(course: CoursePage) -> str:
    programmes.publish_version(
        programme=course.programme,
        content={**course.as_programme_content(), "audience": "Une autre"},
        origin=ProgrammeOrigin.PAGE,
        actor=None,
    )
    return "Programme version 2"


def invitation_made(course: CoursePage) -> str:
    InvitationFactory(enrolment=Enrolment.objects.get(state=EnrolmentState.COMPLETED))
    return "1 personne"


WAYS: list[tuple[str, str, Callable[[CoursePage], str]]] = [
    ("organisation_changed", COURSE, organisation_saved),
    ("organisation_changed", COURSE, organisation_written_in_bulk),
    ("rules_changed", "/formations/", rule_written),
    ("legal_text_in_force", COURSE, text_written),
    ("seats_changed", COURSE, seat_taken_in_bulk),
    ("seats_changed", COURSE, seats_freed_in_bulk),
    ("seats_changed", COURSE, states_changed_together),
    ("sessions_changed", COURSE, session_written_in_bulk),
    ("sessions_changed", COURSE, half_day_made),
    ("sessions_changed", COURSE, half_day_deleted),
    ("sessions_changed", COURSE, venue_renamed),
    ("programme_published", COURSE, version_published),
    ("answers_received", "/resultats/", invitation_made),
]


@pytest.mark.usefixtures("_kept")
@pytest.mark.parametrize(
    ("url", "write"),
    [way[1:] for way in WAYS],
    ids=[f"{name}-{write.__name__}" for name, _address, write in WAYS],
)
def test_a_page_is_fresh_right_after_each_event(
    course: CoursePage,
    url: str,
    write: Callable[[CoursePage], str],
    run_commits: Callable[[], None],
) -> None:
    prepare(course)
    run_commits()
    before = page(url)
    assert page(url) == before  # kept
    shown = write(course)
    run_commits()
    after = page(url)
    assert after != before
    assert shown in after


def name_of(signal: Signal) -> str:
    import core.signals
    import evaluations.signals
    import training.signals

    for module in (core.signals, training.signals, evaluations.signals):
        for name, value in vars(module).items():
            if value is signal:
                return name
    raise AssertionError(signal)


def test_every_event_has_senders_a_receiver_and_a_page_that_shows_it() -> None:
    heard = {name_of(event) for event in EVENTS}
    sent = {name_of(signal) for signal in SIGNALS.values()}
    assert heard == sent == {name for name, _address, _write in WAYS}


def test_every_announced_row_is_announced_in_bulk_too() -> None:
    wrong = [
        model.__name__
        for model in SIGNALS
        if not isinstance(model._default_manager.all(), AnnouncedQuerySet)
    ]
    assert not wrong, "their manager must come from AnnouncedQuerySet"


@pytest.mark.usefixtures("_kept")
def test_a_text_that_comes_into_force_by_its_date_is_shown_that_day(
    course: CoursePage, run_commits: Callable[[], None]
) -> None:
    evening = dt.datetime(2027, 3, 1, 23, 55, tzinfo=PARIS)
    with time_machine.travel(evening, tick=False):
        texts.write(
            slug=TextSlug.INTERNAL_RULES,
            body="## Article 1\n\nChacun écoute.",
            in_force_from=dt.date(2027, 3, 2),
            actor=None,
        )
        run_commits()
        assert str(TextSlug.INTERNAL_RULES.label) not in page(COURSE)
    assert DocumentTemplate.objects.count() == 1
    with time_machine.travel(evening + dt.timedelta(minutes=6), tick=False):
        assert str(TextSlug.INTERNAL_RULES.label) in page(COURSE)


@pytest.mark.usefixtures("_kept")
def test_results_are_computed_once_until_an_answer_comes(
    course: CoursePage,
    run_commits: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    learner: Client,
) -> None:
    prepare(course)
    run_commits()
    # With a session the page itself is not kept: only its figures are.
    learner.get("/resultats/")
    with monkeypatch.context() as patch:
        patch.setattr(pages, "published_results", lambda **_kw: pytest.fail("computed again"))
        assert learner.get("/resultats/").status_code == 200
    generation = caches["pages"].get(GENERATION)
    InvitationFactory()
    run_commits()
    assert caches["pages"].get(GENERATION) != generation


# --- The search, way by way -----------------------------------------------------------------------


def found(text: str) -> list[str]:
    return [result["title"] for result in Client().get(f"/recherche/?q={text}").context["results"]]


def saved(course: CoursePage) -> None:
    course.audience = "Apiculture"
    course.save()


def some_columns_saved(course: CoursePage) -> None:
    course.audience = "Apiculture"
    course.save(update_fields=["audience"], clean=False)


def written_in_bulk(course: CoursePage) -> None:
    CoursePage.objects.update(audience="Apiculture")


def published(course: CoursePage) -> None:
    publish(course, audience="Apiculture")


def theme_renamed(course: CoursePage) -> None:
    course.theme.name = "Apiculture"
    course.theme.save()


def themes_written_in_bulk(course: CoursePage) -> None:
    Theme.objects.update(name="Apiculture")


def loaded_from_a_file(course: CoursePage) -> None:
    from django.core import serializers

    course.audience = "Apiculture"
    for row in serializers.deserialize("json", serializers.serialize("json", [course])):
        row.save()


@pytest.mark.parametrize(
    "write",
    [
        saved,
        some_columns_saved,
        written_in_bulk,
        published,
        theme_renamed,
        themes_written_in_bulk,
        loaded_from_a_file,
    ],
)
def test_the_search_finds_the_words_right_after_every_way_of_writing(
    course: CoursePage, write: Callable[[CoursePage], None], run_commits: Callable[[], None]
) -> None:
    assert not found("apiculture")
    write(course)
    run_commits()
    assert found("apiculture") == ["Gouvernance partagée"]


def test_the_search_does_not_find_a_draft_nor_what_is_gone(course: CoursePage) -> None:
    draft = CoursePage.objects.get(pk=course.pk)
    draft.audience = "Apiculture"
    draft.title = "Apiculture"
    draft.save_revision()
    assert not found("apiculture")
    course.unpublish()
    assert not found("gouvernance")
    publish(course)
    assert found("gouvernance")
    CoursePage.objects.get(pk=course.pk).delete()
    assert not found("gouvernance")


def test_moving_a_page_or_changing_its_address_keeps_its_words(course: CoursePage) -> None:
    home = course.get_parent().get_parent()
    news = home.add_child(instance=NewsIndexPage(title="Actualités", slug="actualites"))
    other = home.add_child(instance=NewsIndexPage(title="Archives", slug="archives"))
    category = NewsCategory.objects.create(name="Ruches", slug="ruches")
    piece = news.add_child(instance=NewsPage(title="Essaim", slug="essaim", category=category))
    assert found("ruche") == ["Essaim"]
    piece.move(other, pos="last-child")
    piece.refresh_from_db()
    piece.slug = "bel-essaim"
    piece.save()
    assert found("ruche") == found("essaim") == ["Essaim"]


def test_rebuilding_the_search_changes_nothing(course: CoursePage) -> None:
    def stored() -> list[dict[str, Any]]:
        return list(SearchEntry.objects.filter(page=course).values())

    before = stored()
    call_command("rebuild_search", verbosity=0)
    assert before
    assert stored() == before


def test_activities_at_a_distance_are_read_among_the_texts_of_a_course(course: CoursePage) -> None:
    WatchedWording.objects.create(words="diplôme", valid_from=dt.date(2020, 1, 1))
    course.remote_activities = stream(
        ("activity", {"title": "Réviser son diplôme", "minutes": 30, "evidence": "work"})
    )
    assert course.unregistered_claims(on=timezone.localdate()) == ["diplôme"]
