"""Versions of programmes are made when they must be, and never change."""

import pytest

from core.exceptions import DomainError
from tests.factories import (
    AgreementFactory,
    ProgrammeFactory,
    ProgrammeVersionFactory,
    SessionFactory,
    programme_content,
)
from training.domain import agreements, programmes
from training.enums import AgreementState, ProgrammeOrigin
from training.models import ProgrammeVersion

pytestmark = pytest.mark.django_db


def test_an_unchanged_content_makes_no_new_version():
    programme = ProgrammeFactory()
    first, made = programmes.publish_version(programme=programme, content=programme_content())
    again, made_again = programmes.publish_version(programme=programme, content=programme_content())

    assert (made, made_again) == (True, False)
    assert first == again


def test_one_regulated_item_changed_makes_exactly_one_version():
    programme = ProgrammeFactory()
    programmes.publish_version(programme=programme, content=programme_content())

    version, made = programmes.publish_version(
        programme=programme, content=programme_content(access_delay="Un mois.")
    )

    assert (made, version.number) == (True, 2)
    assert programme.versions.count() == 2


def test_an_incomplete_programme_is_refused_and_the_items_are_named():
    with pytest.raises(DomainError) as refused:
        programmes.publish_version(
            programme=ProgrammeFactory(),
            content=programme_content(prerequisites="", objectives=[]),
        )

    assert refused.value.details == ["Objectifs", "Prérequis"]
    assert not ProgrammeVersion.objects.exists()


def test_a_published_version_cannot_be_saved_again():
    version = ProgrammeVersionFactory()
    version.title = "Autre chose"

    with pytest.raises(DomainError) as refused:
        version.save()

    assert refused.value.code == "programme_version_immutable"


def test_a_tailor_made_version_does_not_become_the_public_one():
    programme = ProgrammeFactory()
    public, _made = programmes.publish_version(programme=programme, content=programme_content())
    programmes.publish_version(
        programme=programme,
        content=programme_content(title="Sur mesure"),
        origin=ProgrammeOrigin.STAFF,
    )

    assert programmes.newest_public_version(programme) == public


def test_a_session_adopts_the_newest_version_until_something_was_sent():
    version = ProgrammeVersionFactory()
    session = SessionFactory(programme_version=version)
    agreement = AgreementFactory(session=session)
    newest, _made = programmes.publish_version(
        programme=version.programme, content=programme_content(access_delay="Un mois.")
    )

    programmes.adopt_newest_version(session=session, actor=None)

    agreement.refresh_from_db()
    assert (session.programme_version, agreement.programme_version) == (newest, newest)

    programmes.publish_version(
        programme=version.programme, content=programme_content(access_delay="Deux mois.")
    )
    agreements.mark_sent(agreement=agreement, actor=None)
    assert agreement.state == AgreementState.SENT
    with pytest.raises(DomainError) as refused:
        programmes.adopt_newest_version(session=session, actor=None)
    assert refused.value.code == "programme_frozen"
