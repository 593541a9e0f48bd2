"""Whether everything is at work: asked by `/readyz`, by the home page of staff, by the watchdog."""

import datetime as dt
import shutil
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from core.domain import jobs, outbox
from core.french import PARIS, format_day, format_time, plural

#: The sweep runs every 20 seconds: later than that, no one runs it any more.
SWEEP_PATIENCE = dt.timedelta(minutes=3)
#: Beyond that, what waits is late rather than many.
WAITING_PATIENCE = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Problem:
    """Something that a person has to look at: a code for programs, a sentence for people."""

    code: str
    sentence: str


NO_DATABASE = Problem("database", "La base de données ne répond pas.")


def problems() -> list[Problem]:
    """What is wrong now, the most pressing first; three short queries. Empty when all is well."""
    return [*_disk(), *_silence(), *_late()]


def _disk() -> list[Problem]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free >= settings.DISK_FLOOR:
        return []
    left = f"{free // (1024 * 1024)} Mo"
    return [
        Problem(
            "disk_low",
            f"Il ne reste que {left} sur le disque du site : quand il sera plein, plus rien ne "
            "sera enregistré. Libérez de la place.",
        )
    ]


def _silence() -> list[Problem]:
    swept_at = jobs.last_run(jobs.SWEEP)
    if swept_at is not None and timezone.now() - swept_at <= SWEEP_PATIENCE:
        return []
    since = (
        f"depuis le {format_day(swept_at)} à {format_time(swept_at, zone=PARIS)}"
        if swept_at
        else "sur cette installation"
    )
    return [
        Problem(
            "sweep_late",
            f"Les tâches de fond ne tournent pas {since} : ni courriel, ni document ne part. "
            "Rien n’est perdu : tout attend qu’elles reprennent.",
        )
    ]


def _late() -> list[Problem]:
    minutes = int(WAITING_PATIENCE.total_seconds() // 60)
    counted = [
        (jobs.waiting(waiting_for=WAITING_PATIENCE), "tâche de fond", "tâches de fond"),
        (outbox.waiting(waiting_for=WAITING_PATIENCE), "courriel", "courriels"),
    ]
    words = [plural(count, one, many) for count, one, many in counted if count]
    if not words:
        return []
    total = sum(count for count, _one, _many in counted)
    return [
        Problem(
            "jobs_late",
            f"{' et '.join(words)} {'attend' if total == 1 else 'attendent'} depuis plus de "
            f"{minutes} minutes.",
        )
    ]
