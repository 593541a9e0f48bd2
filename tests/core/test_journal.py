"""The journal: what it calls the things that its lines are about."""

from collections import Counter
from pathlib import Path

import pytest

from django.apps import apps
from django.conf import settings

from core.backoffice.journal_words import state_words, subject_names
from core.domain import journal
from core.models import JournalEntry
from tests.factories import EnrolmentFactory
from training.models import Agreement


def test_no_two_models_of_ours_have_one_name() -> None:
    ours = [
        model
        for model in apps.get_models()
        if Path(apps.get_app_config(model._meta.app_label).path).parent == settings.BASE_DIR
    ]
    twice = [name for name, times in Counter(map(journal.type_of, ours)).items() if times > 1]
    assert not twice, "The journal could not tell them apart."
    assert set(journal.subject_models().values()) == set(ours)


def test_a_line_names_the_model_alone_of_what_it_is_about() -> None:
    assert journal.type_of(Agreement) == journal.type_of(Agreement()) == "agreement"


@pytest.mark.django_db
def test_words_and_names_are_found_by_what_a_line_stores() -> None:
    enrolment = EnrolmentFactory()
    journal.record(actor=None, verb="enrolment.confirmed", subject=enrolment, to_state="confirmed")
    line = JournalEntry.objects.get(object_type="enrolment")
    assert state_words(line.object_type, line.to_state) == "Confirmée"
    assert subject_names([line]) == {("enrolment", str(enrolment.pk)): str(enrolment.learner)}
    assert state_words("unknown", "confirmed") == "confirmed"
