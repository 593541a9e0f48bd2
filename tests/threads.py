"""Several people at the same instant."""

import threading
from collections.abc import Callable

from django.db import connection


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Runs each call in a thread of its own, started together; what each returned or raised."""
    start = threading.Barrier(len(calls))
    answers: list[object] = [None] * len(calls)

    def run(rank: int) -> None:
        try:
            start.wait(timeout=30)
            answers[rank] = calls[rank]()
        except Exception as error:  # noqa: BLE001 the test looks at what was raised
            answers[rank] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return answers
