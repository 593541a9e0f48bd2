"""What a worker does before its first task."""

import gc

from celery.signals import worker_process_init

from config.celery import settle


def test_a_worker_sets_aside_what_is_there_for_good():
    assert settle in [receiver() for _key, receiver in worker_process_init.receivers]
    gc.unfreeze()
    settle()
    assert gc.get_freeze_count() > 100_000
