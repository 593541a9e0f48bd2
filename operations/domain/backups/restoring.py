"""A backup put back on an empty machine, and everything it holds checked."""

import io
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from core.exceptions import DomainError
from operations.domain.backups import archive, databases, making

#: Commands that compute again what proves something; each ends with an error when it differs.
CHECKS = {"verify_attendance": "L’émargement", "verify_documents": "Les documents"}


def restore(path: Path, *, say: Callable[[str], None]) -> None:
    """Put a backup back where the environment says: an empty database, a folder without files.

    Every file is compared with its hash before anything is put in its place. The database is then
    brought to the version of the code, and attendance chains and documents are checked. `say`
    receives a sentence for each step. Raises `DomainError`: `restore_not_empty`,
    `restore_newer_code`, `restore_other_database`, `restore_differs`, and those of `archive`.
    """
    refuse_if_not_empty()
    with archive.opened(path) as (content, manifest):
        _refuse_what_does_not_fit(manifest)
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restauration-") as made:
            archive.unfolded(content, manifest, Path(made))
            say(f"{len(manifest.files)} fichiers, tous conformes à leur empreinte.")
            _put_in_place(Path(made), manifest)
    if "secret_key" not in manifest.files and manifest.key_mark != making.key_mark():
        say(
            "Attention : SECRET_KEY n’est pas celle du site sauvegardé. Les liens personnels, les "
            "codes et les appareils préparés avant la sauvegarde ne seront plus reconnus."
        )
    call_command("migrate", verbosity=0, interactive=False)
    for sentence in check_evidence():
        say(sentence)


def check_evidence() -> list[str]:
    """What the checks of evidence say of the configured database and files.

    Raises `DomainError` (`restore_differs`) once all have run, if one of them found something.
    """
    said, faults = [], []
    for command, subject in CHECKS.items():
        output, errors = io.StringIO(), io.StringIO()
        try:
            call_command(command, stdout=output, stderr=errors)
        except CommandError as error:
            faults.append(f"{subject} : {error} {errors.getvalue().strip()}".strip())
        else:
            said.append(output.getvalue().strip())
    if faults:
        raise DomainError(" ".join(faults), code="restore_differs")
    return said


def refuse_if_not_empty() -> None:
    """Raise `DomainError` (`restore_not_empty`) where there is a database, or any file."""
    has_files = any(
        path.is_file()
        for name in ("private", "media")
        for path in making.folders()[name].rglob("*")
    )
    if has_files or not databases.is_empty():
        raise DomainError(
            "Il y a déjà des données ici : une restauration n’écrase rien. Donnez un DATA_DIR neuf "
            "(et, avec PostgreSQL, une base vide).",
            code="restore_not_empty",
        )


def _refuse_what_does_not_fit(manifest: archive.Manifest) -> None:
    if manifest.database != connection.vendor:
        raise DomainError(
            f"Cette archive vient de {manifest.database}, et ce site est réglé pour "
            f"{connection.vendor} : réglez DATABASE_URL.",
            code="restore_other_database",
        )
    known = {
        f"{app}.{name}"
        for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    }
    if unknown := sorted(set(manifest.migrations) - known):
        raise DomainError(
            f"Cette archive vient d’une version plus récente du logiciel ({unknown[-1]}) : "
            "installez au moins celle-là.",
            code="restore_newer_code",
        )


def _put_in_place(made: Path, manifest: archive.Manifest) -> None:
    databases.put_back(made / archive.DATABASES[manifest.database])
    for name, folder in making.folders().items():
        if (made / name).exists():
            shutil.rmtree(folder, ignore_errors=True)  # empty, or the seal of a first start
            folder.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(made / name, folder)
    for name in archive.SINGLE_FILES:
        if (made / name).exists():
            (made / name).replace(Path(settings.DATA_DIR) / name)
