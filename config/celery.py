"""The Celery application: worker and beat start from here."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_signal: Any) -> None:
    """Leave the logs as the settings have them: Celery then configures none of its own."""


@worker_process_init.connect
def settle(**_signal: Any) -> None:
    """Load what renders documents, then let the collector look at none of what is there for good.

    A large rendering makes the collector go several times through everything that a process holds:
    a quarter of its time, to find nothing.
    """
    from certificates.domain.rendering import engine  # noqa: PLC0415  once the apps are there

    for name in engine.COMMON:
        engine.stylesheet(name)
    gc.collect()
    gc.freeze()
