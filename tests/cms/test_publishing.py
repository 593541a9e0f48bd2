"""A published course is a version of its programme; nothing that editors do harms what was sold."""

import pytest

from django.core.exceptions import ValidationError

from cms.models import CatalogueIndexPage, CoursePage
from core.exceptions import DomainError
from tests.cms.pages import (
    draft_course,
    open_catalogue,
    open_session,
    publish,
    published_course,
    stream,
)
from training.models import Programme, ProgrammeVersion, TrainingSession
from training.programme_content import LABELS, missing_items

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> CatalogueIndexPage:
    return open_catalogue()


def numbers(page: CoursePage) -> list[int]:
    return sorted(page.programme.versions.values_list("number", flat=True))


def test_publishing_freezes_every_regulated_item(catalogue: CatalogueIndexPage) -> None:
    page = published_course(catalogue, slug="gouvernance", certification="Aucune.")
    assert page.programme.code == "gouvernance"
    version = page.programme.versions.get()
    assert (version.number, version.title, version.is_public) == (1, "Gouvernance partagée", True)
    assert set(version.content) == set(LABELS)
    assert missing_items(version.content) == []
    assert version.content["duration_minutes"] == 840
    assert version.content["duration_days"] == "2"
    assert version.content["price_euros"] == "560.00"
    assert version.objectives == [
        {"id": "objective-1", "text": "Décrire trois formes de gouvernance."},
        {"id": "objective-2", "text": "Animer une décision par consentement."},
    ]


def test_a_draft_freezes_nothing(catalogue: CatalogueIndexPage) -> None:
    page = draft_course(catalogue)
    page.save_revision()
    assert not Programme.objects.exists()


def test_publishing_again_makes_a_version_only_if_a_regulated_item_changed(
    catalogue: CatalogueIndexPage,
) -> None:
    page = published_course(catalogue)
    page = publish(page, introduction="Autre chapeau.")
    assert numbers(page) == [1]
    page = publish(page, price="600.00")
    assert numbers(page) == [1, 2]
    page = publish(page, slug="autre-adresse")
    assert numbers(page) == [1, 2]
    assert page.programme.code == "gouvernance-partagee"


def test_an_objective_keeps_its_id_when_it_is_worded_otherwise(
    catalogue: CatalogueIndexPage,
) -> None:
    page = published_course(catalogue)
    reworded = list(page.objectives.raw_data)
    reworded[0] = {**reworded[0], "value": "Comparer trois formes de gouvernance."}
    page = publish(page, objectives=[*reversed(reworded)])
    newest = page.programme.versions.get(number=2)
    assert [item["id"] for item in newest.objectives] == ["objective-2", "objective-1"]
    assert newest.objectives[1]["text"] == "Comparer trois formes de gouvernance."


def test_unpublishing_and_moving_leave_versions_and_sessions_alone(
    catalogue: CatalogueIndexPage,
) -> None:
    page = published_course(catalogue)
    session = open_session(page)
    before = session.programme_version
    page.unpublish()
    page.move(catalogue.get_parent(), pos="last-child")
    session.refresh_from_db()
    assert session.programme_version == before
    assert ProgrammeVersion.objects.count() == 1


def test_deleting_a_page_leaves_versions_and_sessions_alone(
    catalogue: CatalogueIndexPage,
) -> None:
    page = published_course(catalogue)
    session = open_session(page)
    page.delete()
    assert not CoursePage.objects.exists()
    assert TrainingSession.objects.get() == session
    assert ProgrammeVersion.objects.get() == session.programme_version


def test_a_page_written_again_at_the_same_address_takes_its_programme_back(
    catalogue: CatalogueIndexPage,
) -> None:
    published_course(catalogue).delete()
    page = published_course(catalogue, price="700.00")
    assert numbers(page) == [1, 2]


def test_a_copied_page_gets_a_programme_of_its_own(catalogue: CatalogueIndexPage) -> None:
    page = published_course(catalogue)
    copy = page.copy(update_attrs={"slug": "copie", "title": "Copie"})
    copy = CoursePage.objects.get(pk=copy.pk)
    page.refresh_from_db()
    assert copy.programme.code == "copie"
    assert copy.programme != page.programme
    assert numbers(page) == [1]


def test_two_pages_never_share_a_programme(catalogue: CatalogueIndexPage) -> None:
    page = published_course(catalogue)
    publish(page, slug="ailleurs")
    other = published_course(catalogue)
    assert other.programme.code == "gouvernance-partagee-2"


def test_an_old_revision_keeps_the_programme_of_its_page(catalogue: CatalogueIndexPage) -> None:
    draft = draft_course(catalogue)
    before_publication = draft.save_revision()
    page = publish(draft)
    before_publication.publish()
    page.refresh_from_db()
    assert page.programme is not None
    assert Programme.objects.count() == 1


@pytest.mark.parametrize("field", ["audience", "accessibility", "access_delay"])
def test_a_page_that_leaves_an_item_unsaid_is_not_published(
    catalogue: CatalogueIndexPage, field: str
) -> None:
    page = draft_course(catalogue, **{field: ""})
    with pytest.raises(ValidationError, match=field):
        page.save_revision().publish()
    page.refresh_from_db()
    assert not page.live
    assert not ProgrammeVersion.objects.exists()


def test_blank_objectives_are_refused_by_the_domain(catalogue: CatalogueIndexPage) -> None:
    from cms.domain.publishing import publish_course

    page = draft_course(catalogue, objectives=stream(("objective", "   ")))
    with pytest.raises(DomainError) as refusal:
        publish_course(page=page, actor=None)
    assert refusal.value.code == "programme_incomplete"
    assert refusal.value.details == ["Objectifs"]
    assert not Programme.objects.exists()
