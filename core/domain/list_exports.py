"""Long lists as spreadsheets: written by the worker, kept a day for the person who asked.

The list is asked of its own screen, by its address and as that person: rights, filters, columns
and order are those of the screen, written nowhere else.
"""

import datetime as dt
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.storage import storages
from django.http import Http404, HttpRequest, QueryDict
from django.urls import resolve
from django.utils import timezone

from accounts.models import User
from core.domain import jobs, private_files
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job

KIND = "list_export"
TASK = "core.tasks.write_list_export"
#: Rows that a page writes while the person waits; beyond, the worker does.
MOST_AT_ONCE = 20_000
#: How long the file is there: it holds personal data, and is made again in a minute.
KEPT = dt.timedelta(days=1)
_GONE = "Ce fichier n’est plus conservé : demandez l’export de nouveau."


@dataclass
class Target:
    """Where a screen writes its list when the worker asks for it, instead of answering with it."""

    output: IO[bytes]
    on_progress: Callable[[int], None]
    #: The name of the file, once it is whole.
    name: str = ""


class ExportRequest(HttpRequest):
    """The request by which the worker asks a screen for its list."""

    export_target: Target

    def __init__(self, *, path: str, query: str, user: User, target: Target) -> None:
        super().__init__()
        self.method = "GET"
        self.path = self.path_info = path
        self.GET = QueryDict(query)
        self.META = {"SERVER_NAME": urlsplit(settings.SITE_URL).hostname, "SERVER_PORT": "443"}
        self.user = user
        self.htmx = False
        # What a refusal would say to a person goes nowhere.
        self._messages = CookieStorage(self)
        self.export_target = target


def ask(*, path: str, query: str, rows: int, actor: User) -> Job:
    """Have the list of that address written by the worker, as that person sees it.

    `query`: as in the address, the format in `export` included. `rows`: how many it has now.
    """
    return jobs.enqueue(
        task=TASK, kind=KIND, arguments={"path": path, "query": query}, actor=actor, total=rows
    )


def write(job_id: int) -> None:
    """Write the file of an export; a job that was done already is left as it is."""
    with jobs.running(job_id) as job, tempfile.TemporaryFile() as output:
        if job is None:
            return
        target = Target(output, lambda done: jobs.report_progress(job, done=done))
        _fill(job, target)
        output.seek(0)
        key = f"export/{job.uuid}"
        # Noted first, and one for all attempts: whatever a worker that dies left is erased.
        Job.objects.filter(pk=job.pk).update(result_key=key)
        private_files.discard(key)
        storages["private"].save(key, File(output))
        job.result_key, job.result_name = key, target.name


def _fill(job: Job, target: Target) -> None:
    """Raises `DomainError` (`export_refused`) when the person may no longer see the list."""
    user = job.actor
    if user is None:
        raise _refused()
    path, query = job.arguments["path"], job.arguments["query"]
    request = ExportRequest(path=path, query=query, user=user, target=target)
    try:
        if user.is_active:
            view, args, kwargs = resolve(path)
            view(request, *args, **kwargs)
    except (Http404, PermissionDenied) as error:
        raise _refused() from error
    # A screen that is closed to them answers with the way to the login, and writes nothing.
    if not target.name:
        raise _refused()


def _refused() -> DomainError:
    return DomainError("Cette liste ne vous est plus ouverte.", code="export_refused")


def of_actor(*, job_uuid: uuid.UUID, actor: User) -> Job | None:
    """An export that this person asked for; None for anybody else."""
    return Job.objects.filter(kind=KIND, uuid=job_uuid, actor=actor).first()


def open_file(*, job: Job) -> File:
    """The file of an export, to be closed by the caller. Raises `DomainError` (`export_gone`)."""
    until = kept_until(job)
    is_kept = until is not None and until > timezone.now()
    content = private_files.opened(job.result_key) if is_kept else None
    if content is None:
        raise DomainError(_GONE, code="export_gone")
    return content


def kept_until(job: Job) -> dt.datetime | None:
    """Until when the file is there; None when there is none."""
    is_whole = job.state == JobState.DONE and job.result_key
    return job.finished_at + KEPT if is_whole and job.finished_at else None


def erase_expired() -> int:
    """Erase the files of exports that are over for a day; returns how many."""
    limit = timezone.now() - KEPT
    old = Job.objects.filter(kind=KIND, finished_at__lte=limit)
    expired = list(old.exclude(result_key="").order_by("pk"))
    for job in expired:
        private_files.discard(job.result_key)
        Job.objects.filter(pk=job.pk).update(result_key="")
    return len(expired)
