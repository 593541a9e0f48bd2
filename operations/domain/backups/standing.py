"""What staff read about backups on their home page."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from core.french import PARIS, format_day, format_time
from operations.domain.backups import making, trying
from operations.enums import BackupRunKind
from operations.models import BackupRun

#: A night may be missed, not two.
LATE = dt.timedelta(hours=48)
#: The try of a week, and a day to repeat it.
TRY_LATE = dt.timedelta(days=8)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing about backups: what, how it stands, and whether a person has to act."""

    label: str
    sentence: str
    is_late: bool


def lines(*, now: dt.datetime | None = None) -> list[Line]:
    """The last backup and the last try; three short queries."""
    now = now or timezone.now()
    return [_made(now), _tried(now)]


def is_beside_the_data() -> bool:
    """Whether backups go where the data is: what takes one takes the other."""
    folder = settings.BACKUP_DIR
    while not folder.exists():
        folder = folder.parent
    return bool(folder.stat().st_dev == settings.DATA_DIR.stat().st_dev)


def _made(now: dt.datetime) -> Line:
    run = making.last_made()
    is_late = now - (run.finished_at if run else making.installed_at()) > LATE
    sentence = f"{_when(run)}, {_weight(run.size)}." if run else "Aucune pour l’instant."
    failed = BackupRun.objects.filter(kind=BackupRunKind.MADE).first()
    if failed and failed.failure and (run is None or failed.finished_at > run.finished_at):
        sentence += f" La dernière tentative a échoué : {failed.failure}"
    return Line(label="Dernière sauvegarde", sentence=sentence, is_late=is_late)


def _tried(now: dt.datetime) -> Line:
    run = trying.last_tried()
    label = "Dernier essai de restauration"
    if run is None:
        late = now - making.installed_at() > TRY_LATE
        return Line(label=label, sentence="Aucun pour l’instant.", is_late=late)
    if run.failure:
        return Line(label=label, sentence=f"{_when(run)} : échec. {run.failure}", is_late=True)
    late = now - run.finished_at > TRY_LATE
    return Line(label=label, sentence=f"{_when(run)} : réussi.", is_late=late)


def _when(run: BackupRun) -> str:
    return f"{format_day(run.finished_at)} à {format_time(run.finished_at, zone=PARIS)}"


def _weight(size: int) -> str:
    megabytes = size / 1024**2
    return f"{megabytes:.1f} Mo".replace(".", ",") if megabytes < 10 else f"{megabytes:.0f} Mo"
