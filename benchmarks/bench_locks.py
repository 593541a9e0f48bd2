"""How long a session is locked: a signature, and the last half-day closed, for 12 and 30 people.

    python -m benchmarks.bench_locks [--sessions 1000] [--times 5] [--data DIR]

Seeds the demonstration with that many delivered sessions of 12 people in a database of its own (or
that of DATABASE_URL, which must be one to throw away), then, `times` times for each size, has
everyone but two sign a half-day that has just ended, notes the two absent, and locks it. All that
is measured happens while the session is locked. `--data` keeps the seeded folder for another time.
Prints one JSON line per figure: median and worst in milliseconds, queries, and the ratios of 30
people to 12. Targets: a signature within 20 queries, a lock within 50 and 200 ms, ratios near 1.
"""

import argparse
import datetime as dt
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from training.models import HalfDay, Trainer

SIZES = (12, 30)
ABSENT = 2
TARGETS = {"sign": {"queries": 20}, "lock": {"queries": 50, "milliseconds": 200}}


@dataclass
class Measures:
    """What one kind of act took, each time."""

    milliseconds: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)

    def take(self, act: Callable[[], object]) -> None:
        """Do it once, and note what it took."""
        from django.db import connection

        asked: list[str] = []
        with connection.execute_wrapper(partial(_note, asked)):
            start = time.perf_counter()
            act()
            self.milliseconds.append((time.perf_counter() - start) * 1000)
        self.queries.append(len(asked))


def _note(asked: list[str], execute: Any, sql: str, *more: Any) -> Any:
    asked.append(sql)
    return execute(sql, *more)


def say(figure: str, value: float, unit: str, **more: Any) -> None:
    """One figure, as a JSON line."""
    print(  # noqa: T201
        json.dumps({"figure": figure, "value": round(value, 1), "unit": unit, **more}), flush=True
    )


def set_up(folder: str) -> None:
    """Django on a folder of its own."""
    os.environ.update(DATA_DIR=folder, DEMO="1", DJANGO_SETTINGS_MODULE="config.settings")
    import django

    django.setup()


def seed(sessions: int) -> None:
    """The demonstration, and past sessions up to the number asked."""
    from django.core.management import call_command

    from training.models import Enrolment

    with open(os.devnull, "w") as nowhere:
        call_command("prepare", stdout=nowhere)
        start = time.perf_counter()
        call_command("seed_demo", scale=sessions, stdout=nowhere)
    count = Enrolment.objects.count()
    say("locks.seeding", time.perf_counter() - start, "s", sessions=sessions, enrolments=count)


def half_day_just_over(people: int, code: str) -> "tuple[HalfDay, Trainer]":
    """The only half-day of a confirmed session of that many people, which ended a minute ago."""
    from django.utils import timezone

    from training.domain import agreements
    from training.domain.enrolments import staff
    from training.enums import AgreementKind, EnrolmentState, HalfDayLabel, SessionState
    from training.models import (
        HalfDay,
        Learner,
        ProgrammeVersion,
        Trainer,
        TrainerAssignment,
        TrainingSession,
        Venue,
    )

    now = timezone.now()
    session = TrainingSession.objects.create(
        code=code,
        programme_version=ProgrammeVersion.objects.order_by("pk")[0],
        venue=Venue.objects.order_by("pk")[0],
        max_seats=people,
        state=SessionState.CONFIRMED,
        opened_at=now,
        confirmed_at=now,
    )
    ends_at = now - dt.timedelta(minutes=1)
    half_day = HalfDay.objects.create(
        session=session,
        label=HalfDayLabel.MORNING,
        starts_at=ends_at - dt.timedelta(minutes=210),
        ends_at=ends_at,
        counted_minutes=210,
    )
    trainer = Trainer.objects.exclude(user=None).order_by("pk")[0]
    TrainerAssignment.objects.create(half_day=half_day, trainer=trainer)
    agreement = agreements.draft(session=session, kind=AgreementKind.FREE, actor=None)
    for rank in range(people):
        staff.add(
            session=session,
            learner=Learner.objects.create(
                first_name="Camille",
                last_name=f"Mesure {rank:02}",
                email=f"{code}-{rank}@e.example",
            ),
            agreement=agreement,
            state=EnrolmentState.CONFIRMED,
            actor=None,
        )
    return half_day, trainer


def live(half_day: "HalfDay", trainer: "Trainer", sign: Measures, lock: Measures) -> None:
    """Everyone signs but two, who are noted absent; the trainer locks."""
    from attendance.domain.locking import lock_half_day
    from attendance.domain.recording import record_absences, record_presence
    from attendance.domain.signatures import Signature
    from attendance.enums import AttendanceMethod
    from training.domain.expected import expected_enrolments
    from training.enums import AbsenceReason

    people = list(expected_enrolments(half_day=half_day))
    for enrolment in people[ABSENT:]:
        sign.take(
            partial(
                record_presence,
                half_day=half_day,
                enrolment=enrolment,
                method=AttendanceMethod.TYPED_ON_TRAINER_DEVICE,
                signature=Signature(signed_name=str(enrolment.learner), consent=True),
                actor=trainer.user,
            )
        )
    record_absences(
        half_day=half_day,
        enrolments=people[:ABSENT],
        absence_reason=AbsenceReason.EXCUSED,
        actor=trainer.user,
    )
    lock.take(
        partial(
            lock_half_day,
            half_day=half_day,
            trainer=trainer,
            actor=trainer.user,
            signature=Signature(signed_name=str(trainer), consent=True),
        )
    )


def measure(times: int) -> Iterator[str]:
    """Both acts for each size; yields what is beyond its target."""
    medians: dict[tuple[str, int], tuple[float, float]] = {}
    mark = os.getpid()
    for people in SIZES:
        found = {"sign": Measures(), "lock": Measures()}
        # The first time warms up.
        for rank in range(times + 1):
            here = half_day_just_over(people, f"S-MESURE-{mark}-{people}-{rank}")
            live(*here, *(found.values() if rank else (Measures(), Measures())))
        for act, taken in found.items():
            median = statistics.median(taken.milliseconds)
            most = max(taken.queries)
            medians[act, people] = median, statistics.median(taken.queries)
            say(
                f"locks.{act}.{people}",
                median,
                "ms",
                worst=round(max(taken.milliseconds), 1),
                queries=most,
                target=TARGETS[act],
            )
            if most > TARGETS[act]["queries"]:
                yield f"{act}, {people} people: {most} queries"
    few, many = SIZES
    for act in TARGETS:
        for which, unit in enumerate(("time", "queries")):
            ratio = medians[act, many][which] / medians[act, few][which]
            say(f"locks.{act}.ratio_{unit}", ratio, f"{many} people to {few}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--data")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-locks-") as folder:
        set_up(given.data or folder)
        seed(given.sessions)
        beyond = list(measure(given.times))
    if beyond:
        raise SystemExit("; ".join(beyond))


if __name__ == "__main__":
    sys.exit(main())
