"""How long a register of 5,000 people takes, from the deposited bytes to confirmed enrolments.

    python -m benchmarks.bench_import [--lines 5000] [--sessions 100] [--known 20000]

Works in a database of its own (SQLite in a temporary folder, unless DATABASE_URL says otherwise:
then give it an empty one) that already knows `--known` people, so that recognising people is paid
for. Prints one JSON line for each figure. Target: check and writing together under 30 seconds.
"""

import argparse
import io
import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import openpyxl

FICTION = ("019900", "026191", "063998")
COMPANIES = 300


def say(figure: str, value: float, unit: str, **more: Any) -> None:
    """One figure, as a JSON line."""
    print(  # noqa: T201
        json.dumps({"figure": figure, "value": round(value, 2), "unit": unit, **more}), flush=True
    )


@contextmanager
def measured(figure: str, **more: Any) -> Iterator[None]:
    """Says how long the block took."""
    start, busy = time.perf_counter(), time.process_time()
    yield
    cpu = round(time.process_time() - busy, 2)
    say(figure, time.perf_counter() - start, "s", processor_seconds=cpu, **more)


def siret(rank: int) -> str:
    """A number whose keys are right (Luhn), different for each rank."""
    return with_key(with_key(f"{90_000_000 + rank}") + "0001")


def with_key(digits: str) -> str:
    """The digits and their key."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


def workbook(lines: int, codes: list[str]) -> bytes:
    """A register as offices type it: numbers for telephones and post codes, amounts as text."""
    from exchange.domain.registers.headings import COLUMNS

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([column.label for column in COLUMNS])
    for rank in range(lines):
        company = rank % COMPANIES
        cells = {
            "session": codes[rank % len(codes)],
            "title": "Mme" if rank % 2 else "M.",
            "last_name": f"LE GOFF-{rank}" if rank % 3 else f"Kerrien {rank}",
            "first_name": "Maëlle",
            "email": f"PERSONNE{rank}@EXAMPLE.ORG",
            "phone": int(f"{FICTION[rank % 3]}{rank % 10000:04d}"),
            "birth_date": f"{1 + rank % 28:02d}/{1 + rank % 12:02d}/{1950 + rank % 50}",
            "address": f"{rank}, chemin des Essais",
            "postcode": 1000 if rank % 2 else "44260",
            "city": "Savenay",
            "company": f"Entreprise {company}",
            "siret": int(siret(company)),
            "trainee_type": "salariée" if rank % 2 else "Demandeur d’emploi",
            "funding": ("OPCO", "Employeur", "Région", "Personnel", None)[rank % 5],
            "amount": ("1 260,00 €", 420, "840.00")[rank % 3],
            "adaptation": "oui" if rank % 10 == 0 else None,
            "requested_on": "23/09/2026",
            "comment": "Arrive en train",
        }
        sheet.append([cells.get(column.name) for column in COLUMNS])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def longest_wait_of_a_writer(work: Callable[[], None]) -> float:
    """Seconds that another connection waited at worst for a small write while `work` ran."""
    from django.db import connection, transaction

    from accounts.models import User

    over = threading.Event()
    worst = [0.0]

    def write() -> None:
        while not over.is_set():
            start = time.perf_counter()
            with transaction.atomic():
                User.objects.filter(pk=1).update(first_name="Essai")
            worst[0] = max(worst[0], time.perf_counter() - start)
            time.sleep(0.02)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        work()
    finally:
        over.set()
        thread.join()
    return worst[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=5000)
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--known", type=int, default=20000)
    given = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="bench-import-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from exchange.domain.registers import lifecycle
        from tests.factories import OrganisationFactory, ProgrammeVersionFactory, SessionFactory
        from training.models import Enrolment, Learner

        call_command("migrate", verbosity=0)
        OrganisationFactory()
        version = ProgrammeVersionFactory()
        codes = [f"S-BENCH-{rank:03d}" for rank in range(given.sessions)]
        for code in codes:
            SessionFactory(code=code, programme_version=version, max_seats=60)
        Learner.objects.bulk_create(
            (
                Learner(
                    first_name="Maëlle",
                    last_name=f"Le Goff-{rank}" if rank % 2 else f"Connue {rank}",
                    email=f"personne{rank}@example.org",
                )
                for rank in range(given.known)
            ),
            batch_size=2000,
        )
        content = workbook(given.lines, codes)
        about = {"lines": given.lines, "database": connection.vendor}
        say("import.file", len(content) / 1024, "KiB", **about)

        start = time.perf_counter()
        with measured("import.check", **about):
            batch = lifecycle.receive(
                content=content, name="registre.xlsx", session=None, actor=None, inline=True
            )
        if batch.totals["problems"]:
            sys.exit(f"{batch.report['problems'][:3]}")
        waited = 0.0

        def write() -> None:
            lifecycle.confirm(batch=batch, actor=None, inline=True)

        with measured("import.write", **about):
            waited = longest_wait_of_a_writer(write)
        say("import.total", time.perf_counter() - start, "s", target=30, **about)
        say("import.longest_wait_of_another_writer", waited, "s", **about)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say("import.peak_memory", peak, "MiB", **about)
        if Enrolment.objects.count() != given.lines:
            sys.exit("Not everybody was enrolled.")
        connection.close()


if __name__ == "__main__":
    main()
