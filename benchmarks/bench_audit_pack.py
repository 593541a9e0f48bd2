"""How long a large audit pack takes, beside `zip -0` on the same files, and with what memory.

    python -m benchmarks.bench_audit_pack [--sessions 200] [--documents 8] [--kib 24]

Seeds delivered sessions of 12 learners (right chains, assessments left out) with `--documents`
stored files of `--kib` KiB per learner, in a temporary folder that is removed at the end (about
four times the size of the documents). The pack is built by a process of its own, so that its peak
memory is that of the pack. Prints one JSON line for each figure. Targets: at least the rate of
`zip -0`, at most 150 MiB above the memory of the idle process whatever the size.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from pathlib import Path
from typing import Any

MIB = 1024 * 1024


def say(figure: str, value: float, unit: str, **more: Any) -> None:
    """One figure, as a JSON line."""
    print(  # noqa: T201
        json.dumps({"figure": figure, "value": round(value, 3), "unit": unit, **more}), flush=True
    )


def run(*command: str, **options: Any) -> None:
    """Run a program of ours, or `zip`; fails with it."""
    subprocess.run(command, check=True, **options)  # noqa: S603


def set_up(folder: str) -> None:
    """Django, on the temporary folder."""
    os.environ["DATA_DIR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()


def memory(field: str) -> float:
    """A figure of this process, in MiB: `VmRSS` now, `VmHWM` at its highest."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(field)


def forget_peak() -> None:
    """Begin the highest memory again from now: a child process inherits its parent's."""
    Path("/proc/self/clear_refs").write_text("5")


def seed(sessions: int, documents: int, kib: int) -> int:
    """Sessions with their documents; returns how many documents of ours there are."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("seed_demo", scale=sessions, stdout=open(os.devnull, "w"))  # noqa: SIM115
    return seed_documents(documents, kib)


def seed_documents(documents: int, kib: int) -> int:
    """Distinct incompressible files, `documents` per learner."""
    from django.conf import settings
    from django.utils import timezone

    from certificates.enums import DocumentState
    from certificates.models import Document, DocumentFile
    from training.models import Enrolment

    now, total = timezone.now(), 0
    enrolments = Enrolment.objects.filter(session__code__startswith="M-").order_by("pk")
    for enrolment in enrolments.iterator(chunk_size=200):
        made = Document.objects.bulk_create(
            Document(
                kind=f"bench_{rank}",
                session_id=enrolment.session_id,
                enrolment=enrolment,
                subject_key=f"enrolment:{enrolment.pk}",
                context={},
                issued_on=now.date(),
                state=DocumentState.ISSUED,
                issued_at=now,
            )
            for rank in range(documents)
        )
        files = []
        for document in made:
            content = b"%PDF-1.7\n" + os.urandom(kib * 1024 - 9)
            key = f"bench/{uuid.uuid4()}.pdf"
            path = Path(settings.PRIVATE_ROOT) / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            files.append(
                DocumentFile(
                    document=document,
                    key=key,
                    sha256=hashlib.sha256(content).hexdigest(),
                    size=len(content),
                )
            )
        DocumentFile.objects.bulk_create(files)
        total += len(files)
    return total


def build(output: Path) -> None:
    """Build the pack of every seeded session, in a process of its own."""
    from django.utils import timezone

    from quality.domain import packs
    from quality.domain.pack.builder import build as build_pack
    from training.models import TrainingSession

    codes = tuple(
        TrainingSession.objects.filter(code__startswith="M-")
        .order_by("code")
        .values_list("code", flat=True)
    )
    forget_peak()
    idle = memory("VmRSS")
    start, busy = time.perf_counter(), time.process_time()
    with output.open("wb+") as stream:
        result = build_pack(stream, packs.selection_for(codes=codes), at=timezone.now())
    elapsed, processor = time.perf_counter() - start, time.process_time() - busy
    about = {"sessions": result.counts["sessions"], "pieces": result.counts["pieces"]}
    say("audit_pack.build", elapsed, "s", processor_seconds=round(processor, 2), **about)
    say("audit_pack.rate", output.stat().st_size / MIB / elapsed, "MiB/s", **about)
    say("audit_pack.idle_memory", idle, "MiB")
    say("audit_pack.memory_above_idle", memory("VmHWM") - idle, "MiB", target=150, **about)


def zip_stored(folder: Path, output: Path) -> float:
    """Seconds that `zip -0` takes on the files of the pack; 0 when zip is not installed."""
    program = shutil.which("zip")
    if program is None:
        return 0.0
    start = time.perf_counter()
    run(program, "-0", "-q", "-r", str(output), ".", cwd=folder)
    return time.perf_counter() - start


def compare(folder: Path) -> None:
    """Build, unpack, then give the same files to `zip -0`."""
    pack, unpacked = folder / "pack.zip", folder / "unpacked"
    start = time.perf_counter()
    run(sys.executable, "-m", "benchmarks.bench_audit_pack", "--build", str(folder))
    elapsed = time.perf_counter() - start
    say("audit_pack.with_start_of_the_process", elapsed, "s")
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(unpacked)
        say("audit_pack.files", len(archive.namelist()), "files")
    say("audit_pack.size", pack.stat().st_size / MIB, "MiB")
    pack.unlink()
    seconds = zip_stored(unpacked, folder / "zip.zip")
    if seconds:
        say("audit_pack.zip_stored", seconds, "s")
    verifier = next(unpacked.glob("*/verify.py"))
    start = time.perf_counter()
    run(sys.executable, str(verifier), stdout=subprocess.DEVNULL)
    say("audit_pack.verify", time.perf_counter() - start, "s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--documents", type=int, default=8)
    parser.add_argument("--kib", type=int, default=24)
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.build:
        set_up(str(given.build))
        build(given.build / "pack.zip")
        return
    with tempfile.TemporaryDirectory(prefix="bench-audit-pack-") as folder:
        set_up(folder)
        start = time.perf_counter()
        seeded = seed(given.sessions, given.documents, given.kib)
        say("audit_pack.seeding", time.perf_counter() - start, "s", documents=seeded)
        compare(Path(folder))


if __name__ == "__main__":
    main()
