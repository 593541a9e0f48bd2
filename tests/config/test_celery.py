"""What a worker does before its first task."""

import gc

import pytest
from celery.signals import worker_process_init

from config.celery import settle


@pytest.fixture
def _thaw():
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("_thaw")
def test_a_worker_sets_aside_what_is_there_for_good():
    assert settle in [receiver() for _key, receiver in worker_process_init.receivers]
    before = gc.get_freeze_count()
    settle()
    assert gc.get_freeze_count() > before + 100_000
