"""How much one document may cost: its page, seconds and memory of rendering, pages, bytes.

A name or a logo made to exhaust the machine fails its own document, with a clear reason.
"""

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from certificates.exceptions import RenderingFailed

#: Characters of HTML: the largest sheet of ours holds a fifth of it.
MOST_CHARACTERS = 4_000_000
#: Seconds: a page takes a tenth of one, a full sheet two.
MOST_SECONDS = 60
#: Seconds between two calls once the time is over: Python swallows what is raised in a finalizer
#: or a callback of its garbage collector, and the first call may fall into one.
CALLED_AGAIN_EVERY = 0.5
MOST_PAGES = 150
#: Bytes of memory above what the process holds: the heaviest sheet of ours takes a tenth of it.
MOST_MEMORY = 1024 * 1024 * 1024
#: Bytes: what a mailbox takes.
MOST_BYTES = 15 * 1024 * 1024


class _Overdue(BaseException):
    """The time is over. Not an `Exception`: nothing on the way may swallow it."""


def refuse(sentence: str) -> NoReturn:
    """Raise the refusal of a document that costs too much."""
    raise RenderingFailed(f"{sentence} : le document n’a pas été émis.", code="too_large")


def check_page(html: str) -> None:
    """Refuse a page too long to be laid out."""
    if len(html) > MOST_CHARACTERS:
        refuse("Le document contient trop de texte")


def check_pages(count: int) -> None:
    """Refuse a document of too many pages."""
    if count > MOST_PAGES:
        refuse(f"Le document compterait {count} pages, {MOST_PAGES} au plus")


def check_bytes(content: bytes) -> None:
    """Refuse a file too heavy to be sent."""
    if len(content) > MOST_BYTES:
        refuse("Le fichier serait trop lourd")


@contextmanager
def limited_time(seconds: float) -> Iterator[None]:
    """Stop what lasts longer. Workers render in their main thread; elsewhere nothing is timed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: object) -> NoReturn:
        raise _Overdue

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, CALLED_AGAIN_EVERY)
    try:
        yield
    except _Overdue:
        signal.setitimer(signal.ITIMER_REAL, 0)
        refuse(f"La mise en page a duré plus de {seconds:g} secondes")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def limited_memory(more: int) -> Iterator[None]:
    """Refuse what asks for `more` bytes above what the process holds when it begins.

    As for time: in the main thread alone, since the limit is one of the whole process.
    """
    held = _held()
    if held is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = held + more
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
    try:
        yield
    except MemoryError:
        refuse("La mise en page demande trop de mémoire")
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _held() -> int | None:
    """Bytes of data of this process; None where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except (OSError, ValueError, IndexError):
        return None
    return pages * resource.getpagesize()
