"""What publishing a course asks for: words that do not mislead, pages read again."""

import datetime as dt
from collections.abc import Callable

import pytest

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cms.backoffice.course_reviews import ReviewsPanel, months_before
from cms.models import CatalogueIndexPage, CoursePage, WatchedWording
from cms.models.wording import watched_on
from cms.wording_detection import claims, says_no_prerequisites
from core.models import JournalEntry, JournalEntryDetails
from tests.cast import Actor
from tests.cms.pages import draft_course, open_catalogue, open_session, publish, published_course
from tests.cms.test_editing import edit, form_of
from training.models import ProgrammeVersion

pytestmark = pytest.mark.django_db
WATCHED = ["CPF", "certifiante", "diplôme", "formation Qualiopi", "reconnue par l’État"]


@pytest.fixture
def catalogue() -> CatalogueIndexPage:
    return open_catalogue()


# --- Words that mislead --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Formation certifiante.", ["certifiante"]),
        ("Des compétences CERTIFIÉES, un Diplome reconnu par l'Etat", WATCHED[1:3] + WATCHED[4:]),
        ("Éligible au CPF\u00a0: oui.", ["CPF"]),
        ("Une formation Qualiopi", ["formation Qualiopi"]),
        ("Notre organisme est certifié Qualiopi pour ses actions de formation.", ["certifiante"]),
        ("Un certificat de réalisation est remis.", []),
        ("La formation ne délivre ni diplôme ni titre.", []),
        ("Aucun diplôme n’est demandé. Elle n’est pas éligible au CPF.", []),
        ("Sans prérequis, cette formation certifiante vous attend.", ["certifiante"]),
        ("Pas de stress\u00a0: un diplôme au bout.", ["diplôme"]),
    ],
)
def test_a_claim_is_found_whatever_its_form_and_a_denial_is_none(
    text: str, found: list[str]
) -> None:
    assert claims([text], WATCHED) == found


def test_expressions_are_watched_between_their_dates(db: None) -> None:
    WatchedWording.objects.all().delete()
    day = dt.date(2027, 3, 1)
    WatchedWording.objects.create(words="label", valid_from=day, valid_until=day)
    assert watched_on(day) == ["label"]
    assert watched_on(day - dt.timedelta(days=1)) == []
    assert watched_on(day + dt.timedelta(days=1)) == []


def test_publishing_a_claim_asks_for_a_reason_that_is_dated_and_kept(
    editor: Actor, catalogue: CatalogueIndexPage
) -> None:
    page = draft_course(catalogue)
    claim = form_of(recognition="Un diplôme.")
    refused = edit(editor, page, **claim, **{"action-publish": "1"})
    assert "wording_reason" in refused.context["form"].errors
    assert "«\u00a0diplôme\u00a0»" in refused.content.decode()
    page.refresh_from_db()
    assert not page.live
    # A draft says what it likes.
    assert edit(editor, page, **claim).status_code == 302
    reason = "Diplôme d’université, délivré par notre partenaire."
    explained = form_of(recognition="Un diplôme.", wording_reason=reason)
    assert edit(editor, page, **explained, **{"action-publish": "1"}).status_code == 302
    page.refresh_from_db()
    assert page.live
    assert page.wording_record == {
        "reason": reason,
        "words": ["diplôme"],
        "on": timezone.localdate().isoformat(),
    }
    entry = JournalEntry.objects.get(verb="course.wording_justified")
    assert entry.actor == editor.user
    assert JournalEntryDetails.objects.get(entry=entry).data["reason"] == reason
    # Nothing is asked again, until the page claims something else.
    assert edit(editor, page, **explained, **{"action-publish": "1"}).status_code == 302
    assert JournalEntry.objects.filter(verb="course.wording_justified").count() == 1
    more = {**explained, "financing": "Éligible au CPF."}
    again = edit(editor, page, **more, **{"action-publish": "1"})
    assert "«\u00a0CPF\u00a0»" in again.content.decode()


def test_a_registered_certification_needs_no_reason(catalogue: CatalogueIndexPage) -> None:
    page = draft_course(catalogue, financing="Éligible au CPF.")
    with pytest.raises(ValidationError, match="CPF"):
        publish(page)
    page = publish(page, certification="Titre, RNCP 38 587, certificateur, 2024.")
    assert page.live
    assert page.wording_record == {}


def test_publishing_from_a_list_obeys_the_same_rules(
    editor: Actor, catalogue: CatalogueIndexPage
) -> None:
    page = draft_course(catalogue, financing="Éligible au CPF.")
    page.save_revision()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = editor.post(f"{url}?id={page.pk}&next=/gestion/", follow=True)
    assert "«\u00a0CPF\u00a0»" in response.content.decode()
    page.refresh_from_db()
    assert not page.live


@pytest.mark.parametrize(
    ("text", "none"),
    [
        ("Aucun prérequis.", True),
        ("Aucun prérequis. Venir à deux est un avantage.", True),
        ("Pas de prérequis\u202f!", True),
        ("Aucun prérequis technique, mais un projet.", False),
        ("Savoir lire un budget.", False),
    ],
)
def test_the_absence_of_prerequisites_is_read_in_the_first_sentence(text: str, none: bool) -> None:
    assert says_no_prerequisites(text) is none


# --- Pages to read again -------------------------------------------------------------------------


def test_a_review_older_than_a_year_is_to_be_done_again(
    editor: Actor, office: Actor, catalogue: CatalogueIndexPage
) -> None:
    today = timezone.localdate()
    year_ago = months_before(today, 12)
    late = published_course(
        catalogue, slug="a", title="À relire", reviewed_on=year_ago - dt.timedelta(days=1)
    )
    published_course(catalogue, slug="b", title="Relue", reviewed_on=year_ago)
    draft_course(catalogue, slug="c", title="Brouillon", reviewed_on=dt.date(2020, 1, 1))
    home = editor.get("/gestion/").content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[late.pk]) in home
    assert [page.title for page in ReviewsPanel().get_queryset()] == ["À relire"]
    assert ReviewsPanel.title not in office.get("/gestion/").content.decode()


def test_months_are_counted_to_the_last_day_of_shorter_ones() -> None:
    assert months_before(dt.date(2028, 2, 29), 12) == dt.date(2027, 2, 28)
    assert months_before(dt.date(2027, 1, 31), 2) == dt.date(2026, 11, 30)


# --- What was sold stays --------------------------------------------------------------------------


def test_deleting_or_moving_the_page_leaves_sessions_and_documents_alone(
    catalogue: CatalogueIndexPage, run_commits: Callable[[], None]
) -> None:
    from certificates.models import Document
    from tests.certificates.sessions import issued_document
    from tests.factories import EnrolmentFactory

    page = published_course(catalogue)
    session = open_session(page)
    document = issued_document(EnrolmentFactory(session=session))
    before = ProgrammeVersion.objects.values_list("pk", "sha256").get()
    other = CatalogueIndexPage.objects.get(pk=catalogue.pk)
    page.move(other.get_parent(), pos="last-child")
    CoursePage.objects.get(pk=page.pk).delete()
    session.refresh_from_db()
    assert ProgrammeVersion.objects.values_list("pk", "sha256").get() == before
    assert session.programme_version_id == before[0]
    assert Document.objects.get() == document
