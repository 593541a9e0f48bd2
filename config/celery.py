"""The Celery application: worker and beat start from here."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def settle(**_signal: Any) -> None:
    """Load what draws documents, then let the collector look at none of what is there for good.

    A large drawing makes the collector go several times through everything that a process holds:
    a quarter of its time, to find nothing.
    """
    from certificates.domain import rendering

    for name in rendering.COMMON:
        rendering.stylesheet(name)
    gc.collect()
    gc.freeze()
