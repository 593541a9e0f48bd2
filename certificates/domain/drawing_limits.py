"""How much one document may cost: size of its page, seconds of drawing, number of pages, bytes.

A name or a logo made to exhaust the machine fails its own document, with a clear reason.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
    """Stop what lasts longer. Workers draw in their main thread; elsewhere nothing is timed."""
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
