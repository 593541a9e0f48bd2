"""The certificates of a year, by two workers: how long, and whether their memory stays flat.

    python -m benchmarks.bench_certificates_of_a_year [--documents 100] [--workers 2]

Works in a database of its own (SQLite in a temporary folder, unless DATABASE_URL says otherwise:
then give it an empty one). Documents are asked for first, which is not measured; then each worker,
a process of its own, claims their jobs as Celery's workers do, renders, seals, stores. Prints one
JSON line for each figure; memory is what the process holds (resident) after its first documents,
at the middle and at the end. `--documents 1000` is the year of the target.
"""

import argparse
import io
import json
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

#: Documents after which fonts, templates and caches are there.
WARM = 10


def say(figure: str, value: float, unit: str, **more: Any) -> None:
    """One figure, as a JSON line."""
    print(  # noqa: T201
        json.dumps({"figure": figure, "value": round(value, 2), "unit": unit, **more}), flush=True
    )


def resident() -> float:
    """What this process holds in memory now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def work(jobs: list[int], answers: Any) -> None:
    """One worker: run these jobs, one after the other, and say how memory went."""
    import django

    django.setup()
    from certificates.tasks import issue_document
    from config.celery import settle

    settle()
    marks: dict[str, float] = {}
    started = time.perf_counter()
    for rank, job in enumerate(jobs, start=1):
        issue_document(job)
        if rank == min(WARM, len(jobs)):
            marks["start"] = resident()
        if rank == len(jobs) // 2:
            marks["middle"] = resident()
    marks["end"] = resident()
    answers.put((time.perf_counter() - started, time.process_time(), marks))


def ask(count: int) -> list[int]:
    """Ask for that many certificates; the primary keys of their jobs."""
    from certificates import kinds
    from certificates.domain.issuing import lifecycle, requests
    from certificates.domain.issuing.subjects import About
    from certificates.domain.kinds.document_facts import DocumentFacts
    from core.models import Job
    from training.models import Enrolment

    facts: dict[int, DocumentFacts] = {}
    people = (
        Enrolment.objects.filter(session__code__startswith="M-")
        .select_related("session__programme_version__programme", "learner", "employer", "agreement")
        .order_by("pk")[:count]
    )
    for enrolment in people:
        requests.request_document(
            kind=kinds.CERTIFICATE,
            about=About(session=enrolment.session, enrolment=enrolment),
            actor=None,
            facts=facts.setdefault(enrolment.session_id, DocumentFacts(enrolment.session)),
        )
    found = Job.objects.filter(kind=lifecycle.JOB_KIND).order_by("-pk").values_list("pk", flat=True)
    return sorted(found[:count])


def measure(count: int, workers: int) -> None:
    """Share the jobs between the workers, wait, report."""
    from django.db import connections

    from certificates.enums import DocumentState
    from certificates.models import Document

    asked = ask(count)
    if len(asked) < count:
        sys.exit(f"Only {len(asked)} people to certify.")
    already = Document.objects.filter(state=DocumentState.ISSUED).count()
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    answers: Any = context.Queue()
    processes = [
        context.Process(target=work, args=(asked[rank::workers], answers))
        for rank in range(workers)
    ]
    started = time.perf_counter()
    for process in processes:
        process.start()
    results = [answers.get(timeout=3600) for _process in processes]
    for process in processes:
        process.join()
    elapsed = time.perf_counter() - started
    issued = Document.objects.filter(state=DocumentState.ISSUED).count() - already
    if issued != count:
        sys.exit(f"{issued} documents issued, {count} asked for.")
    say("year_elapsed", elapsed, "s", documents=count, workers=workers, target_unsealed=30)
    say("year_rate", count / elapsed, "per second")
    for rank, (_spent, processor, marks) in enumerate(results, start=1):
        for moment in ("start", "middle", "end"):
            say(f"worker_{rank}_memory_{moment}", marks[moment], "MiB")
        growth = marks["end"] - marks["start"]
        say(f"worker_{rank}_memory_growth", growth, "MiB", processor_s=round(processor, 2))


def main() -> None:
    """Seed delivered sessions without documents, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-year-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        from certificates.demo import seed_documents
        from core.registry import registry

        call_command("migrate", verbosity=0)
        registry.scale_steps[:] = [
            step for step in registry.scale_steps if step[1] is not seed_documents
        ]
        call_command("seed_demo", scale=options.documents // 12 + 2, stdout=io.StringIO())
        measure(options.documents, options.workers)


if __name__ == "__main__":
    main()
