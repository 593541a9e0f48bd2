"""What issuing costs above rendering: certificates and full attendance sheets, one process.

    python -m benchmarks.bench_certificates [--documents 60] [--sheets 8] [--register 20000]

Works in a database of its own (SQLite in a temporary folder, unless DATABASE_URL says otherwise:
then give it an empty one). « Bare » is WeasyPrint alone on the same HTML, style sheets, fonts and
variant (pdf/a-3a); « unsealed » is everything but the seal: facts, number, page, PDF, storage,
journal, message; « sealed » is everything. The three alternate, so that all meet the same load of
the machine; `processor` counts only this process. Prints one JSON line for each figure. Targets:
unsealed at most 1.3 times bare, and 22 a second and a core; sealed at most 120 ms on a machine that
renders bare in 30 ms, that is 4 times bare; a sheet of 15 people and 10 half-days within 80 KiB;
the documents of a session of thirty people asked for in 300 ms, whatever the register holds.
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


def report(name: str, bare: list[Cost], *, target: float, **others: list[Cost]) -> None:
    """Medians of each, and how many times the others are the bare one."""
    for label, costs in {"bare": bare, **others}.items():
        say(
            f"{name}_{label}",
            1000 * statistics.median(cost.elapsed for cost in costs),
            "ms",
            processor_ms=round(1000 * statistics.median(cost.processor for cost in costs), 2),
            runs=len(costs),
        )
    for label, costs in others.items():
        for suffix, index in (("", 0), ("_processor", 1)):
            ratio = statistics.median(cost[index] for cost in costs) / statistics.median(
                cost[index] for cost in bare
            )
            limit = 4.0 if label == "sealed" else target
            say(f"{name}_{label}_ratio{suffix}", ratio, "times bare", target=limit)


def measure_certificates(count: int) -> None:
    """In turn: a certificate issued without its seal, one with it, and the bare rendering."""
    from certificates import kinds
    from certificates.domain.issuing import lifecycle, requests
    from certificates.domain.issuing.subjects import About
    from certificates.domain.kinds.document_facts import DocumentFacts
    from certificates.domain.rendering import engine
    from certificates.models import Document
    from training.models import Enrolment

    people = list(
        Enrolment.objects.filter(session__code__startswith="M-")
        .select_related("session__programme_version__programme", "learner", "employer", "agreement")
        .order_by("pk")[: 2 * count + 3]
    )
    if len(people) < 2 * count + 3:
        sys.exit(f"Only {len(people)} people to certify.")

    facts: dict[int, DocumentFacts] = {}

    def issue(enrolment: Enrolment) -> Document:
        # As at the completion of a session: what its documents share is read once.
        document = requests.request_document(
            kind=kinds.CERTIFICATE,
            about=About(session=enrolment.session, enrolment=enrolment),
            actor=None,
            facts=facts.setdefault(enrolment.session_id, DocumentFacts(enrolment.session)),
        )
        return lifecycle.issue(document_id=document.pk)

    spec = kinds.get(kinds.CERTIFICATE)
    warm = [issue(enrolment) for enrolment in people[:3]]
    html = engine.html_of(warm[-1])
    before = memory()
    bare: list[Cost] = []
    costs: dict[str, list[Cost]] = {"unsealed": [], "sealed": []}
    seal = lifecycle._seal
    for rank, enrolment in enumerate(people[3:]):
        label = "sealed" if rank % 2 else "unsealed"
        lifecycle._seal = seal if label == "sealed" else lambda _document, _content: None
        costs[label].append(cost_of(lambda enrolment=enrolment: issue(enrolment)))
        if label == "sealed":
            bare.append(cost_of(lambda: engine.html_to_pdf(html, stylesheets=spec.stylesheets)))
    lifecycle._seal = seal
    report("certificate", bare, target=1.3, **costs)
    for label, spent in costs.items():
        busy = statistics.mean(cost.processor for cost in spent)
        more = {"target": 22} if label == "unsealed" else {}
        say(f"certificates_{label}_per_core", 1 / busy, "per second", **more)
    say("memory_growth", memory() - before, "MiB", documents=3 * count)


def measure_sheets(count: int) -> None:
    """The sheet of fifteen people and ten half-days, every cell filled, from its frozen facts."""
    from certificates import kinds
    from certificates.domain.issuing import lifecycle, requests
    from certificates.domain.issuing.subjects import About
    from certificates.domain.rendering import engine
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
        requests.request_document(kind=spec.code, about=About(session=session), actor=None)
        for session in sessions
    ]
    Document.objects.filter(pk__in=[item.pk for item in queued]).update(context=sample)
    first = lifecycle.issue(document_id=queued[0].pk)
    html = engine.html_of(first)
    bare, issued = [], []
    for document in queued[1:]:
        issued.append(cost_of(lambda document=document: lifecycle.issue(document_id=document.pk)))
        bare.append(cost_of(lambda: engine.html_to_pdf(html, stylesheets=spec.stylesheets)))
    report("full_sheet", bare, target=1.3, issued=issued)
    say("full_sheet_size", first.files.get().size / 1024, "KiB", target=80)


def measure_asking(register: int) -> None:
    """What the end of a session of thirty asks for, in a register of that many documents.

    Facts, numbers, rows, journal and jobs, without rendering; sessions of twelve are asked for
    together until they make thirty documents and their sheet.
    """
    from django.utils import timezone

    from certificates import kinds
    from certificates.domain.issuing import completion
    from certificates.enums import DocumentState
    from certificates.models import Document
    from training.models import TrainingSession

    spec = kinds.get(kinds.CERTIFICATE)
    now = timezone.now()
    Document.objects.bulk_create(
        (
            Document(
                kind=spec.code,
                number=f"MR-2001-{rank:06d}",
                year=2001,
                sequence=rank,
                subject_key=f"enrolment:{10**9 + rank}",
                context=spec.sample(),
                issued_on=now.date(),
                state=DocumentState.ISSUED,
                issued_at=now,
            )
            for rank in range(1, register + 1)
        ),
        batch_size=500,
    )
    sessions = TrainingSession.objects.filter(code__startswith="M-", documents__isnull=True)
    costs, asked = Cost(0, 0), 0
    for session in sessions.select_related("programme_version__programme").order_by("-pk"):
        documents: list[Document] = []
        cost = cost_of(
            lambda session=session, documents=documents: documents.extend(
                completion.request_all(session=session, actor=None, replace_changed=True)
            )
        )
        costs = Cost(costs.elapsed + cost.elapsed, costs.processor + cost.processor)
        asked += len(documents)
        if asked >= 31:
            break
    say(
        "documents_of_thirty_asked",
        1000 * costs.elapsed * 31 / asked,
        "ms",
        processor_ms=round(1000 * costs.processor * 31 / asked, 2),
        register=register,
        target=300,
    )


def memory() -> float:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Seed delivered sessions without documents, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--sheets", type=int, default=8)
    parser.add_argument("--register", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-certificates-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        from certificates.demo import seed_documents
        from config.celery import settle
        from core.registry import registry

        call_command("migrate", verbosity=0)
        registry.scale_steps[:] = [
            step for step in registry.scale_steps if step[1] is not seed_documents
        ]
        wanted = max(options.documents // 6 + 2, options.sheets + 2) + 3
        call_command("seed_demo", scale=wanted, stdout=io.StringIO())
        settle()
        measure_certificates(options.documents)
        measure_sheets(options.sheets)
        measure_asking(options.register)


if __name__ == "__main__":
    main()
