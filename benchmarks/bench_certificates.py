"""What issuing costs above drawing: certificates and full attendance sheets, one process.

    python -m benchmarks.bench_certificates [--documents 60] [--sheets 8]

Works in a database of its own (SQLite in a temporary folder, unless DATABASE_URL says otherwise:
then give it an empty one). « Bare » is WeasyPrint alone on the same HTML, style sheets, fonts and
variant (pdf/a-3a); « issued » is everything: facts, number, page, drawing, storage, journal,
message. Bare and issued alternate, so that both meet the same load of the machine; `processor`
counts only this process. Prints one JSON line for each figure. Targets: ratio at most 1.3; at
least 22 certificates a second and a core; a sheet of 15 people and 10 half-days within 80 KiB.
"""

import argparse
import io
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, NamedTuple


class Cost(NamedTuple):
    """Seconds on the clock, and seconds of processor."""

    elapsed: float
    processor: float


def say(figure: str, value: float, unit: str, **more: Any) -> None:
    """One figure, as a JSON line."""
    print(  # noqa: T201
        json.dumps({"figure": figure, "value": round(value, 2), "unit": unit, **more}), flush=True
    )


def cost_of(call: Callable[[], Any]) -> Cost:
    """What one call costs."""
    elapsed, processor = time.perf_counter(), time.process_time()
    call()
    return Cost(time.perf_counter() - elapsed, time.process_time() - processor)


def report(name: str, bare: list[Cost], issued: list[Cost]) -> None:
    """Medians of both, and how many times the one is the other."""
    for label, costs in (("bare", bare), ("issued", issued)):
        say(
            f"{name}_{label}",
            1000 * statistics.median(cost.elapsed for cost in costs),
            "ms",
            processor_ms=round(1000 * statistics.median(cost.processor for cost in costs), 2),
            runs=len(costs),
        )
    for label, index in (("", 0), ("_processor", 1)):
        ratio = statistics.median(cost[index] for cost in issued) / statistics.median(
            cost[index] for cost in bare
        )
        say(f"{name}_ratio{label}", ratio, "times bare", target=1.3)


def measure_certificates(count: int) -> None:
    """One after the other: the bare drawing of a certificate, then the issue of the next."""
    from certificates import kinds
    from certificates.domain import documents, rendering
    from certificates.domain.facts import SessionFacts
    from certificates.models import Document
    from training.models import Enrolment

    people = list(
        Enrolment.objects.filter(session__code__startswith="M-")
        .select_related("session__programme_version__programme", "learner", "employer", "agreement")
        .order_by("pk")[: count + 3]
    )
    if len(people) < count + 3:
        sys.exit(f"Only {len(people)} people to certify.")

    facts: dict[int, SessionFacts] = {}

    def issue(enrolment: Enrolment) -> Document:
        # As at the completion of a session: what its documents share is read once.
        document = documents.request_document(
            kind=kinds.CERTIFICATE,
            session=enrolment.session,
            enrolment=enrolment,
            actor=None,
            facts=facts.setdefault(enrolment.session_id, SessionFacts(enrolment.session)),
        )
        return documents.issue(document_id=document.pk)

    spec = kinds.get(kinds.CERTIFICATE)
    warm = [issue(enrolment) for enrolment in people[:3]]
    html = rendering.html_of(warm[-1])
    before = memory()
    bare, issued = [], []
    for enrolment in people[3:]:
        issued.append(cost_of(lambda enrolment=enrolment: issue(enrolment)))
        bare.append(cost_of(lambda: rendering.html_to_pdf(html, stylesheets=spec.stylesheets)))
    report("certificate", bare, issued)
    busy = statistics.mean(cost.processor for cost in issued)
    say("certificates_per_core", 1 / busy, "per second", target=22)
    say("memory_growth", memory() - before, "MiB", documents=2 * count)


def measure_sheets(count: int) -> None:
    """The sheet of fifteen people and ten half-days, every cell filled, from its frozen facts."""
    from certificates import kinds
    from certificates.domain import documents, rendering
    from certificates.models import Document
    from training.models import TrainingSession

    spec = kinds.get(kinds.ATTENDANCE_SHEET)
    sample = spec.sample()
    sessions = list(
        TrainingSession.objects.filter(code__startswith="M-").order_by("pk")[: count + 1]
    )
    if len(sessions) < count + 1:
        sys.exit(f"Only {len(sessions)} sessions to print.")
    queued = [
        documents.request_document(kind=spec.code, session=session, actor=None)
        for session in sessions
    ]
    Document.objects.filter(pk__in=[item.pk for item in queued]).update(context=sample)
    first = documents.issue(document_id=queued[0].pk)
    html = rendering.html_of(first)
    bare, issued = [], []
    for document in queued[1:]:
        issued.append(cost_of(lambda document=document: documents.issue(document_id=document.pk)))
        bare.append(cost_of(lambda: rendering.html_to_pdf(html, stylesheets=spec.stylesheets)))
    report("full_sheet", bare, issued)
    say("full_sheet_size", first.files.get().size / 1024, "KiB", target=80)


def memory() -> float:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Plant delivered sessions without documents, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--sheets", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-certificates-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        from certificates.demo import plant_documents
        from training.registry import registry

        call_command("migrate", verbosity=0)
        registry.scale_steps[:] = [
            step for step in registry.scale_steps if step[1] is not plant_documents
        ]
        wanted = max(options.documents // 12 + 2, options.sheets + 2)
        call_command("seed_demo", scale=wanted, stdout=io.StringIO())
        measure_certificates(options.documents)
        measure_sheets(options.sheets)


if __name__ == "__main__":
    main()
