"""What was given by whom, and what must have become of it. Written apart from the product.

Nothing here knows how the product works: people act in front of a screen, the screen answers, and
at the end each signature is recorded once, or waits in sight, or is set aside by name.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum


class Answer(Enum):
    """What the screen said after an act."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    #: No answer came, or one that says nothing: it may have been taken, or not.
    UNKNOWN = "unknown"


class Where(Enum):
    """What accepted it: the device's own pages, or a page of the server."""

    DEVICE = "device"
    SERVER = "server"


@dataclass(frozen=True, kw_only=True)
class Given:
    """One signature given by one person. `mark` is what was drawn or typed, as text.

    `minutes_missed`: of the half-day, when an arrival hour came with it.
    """

    person: str
    mark: str
    answer: Answer
    where: Where = Where.DEVICE
    minutes_missed: int = 0


@dataclass(kw_only=True)
class Found:
    """What is found of one person once everything could be sent.

    Marks of signatures: `recorded` as a presence, `set_aside` for staff to settle, `waiting` on the
    device. `named` says that the page speaks of the person outside the list of people.
    """

    recorded: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    named: bool = False
    state: str = ""
    minutes: int | None = None


@dataclass(kw_only=True)
class Locked:
    """What is found of the lock: how many are recorded, set aside, waiting; whether it is shown."""

    recorded: int = 0
    set_aside: int = 0
    waiting: int = 0
    named: bool = False


@dataclass
class Model:
    """The half-day as the people in the room know it."""

    people: tuple[str, ...]
    counted_minutes: int
    signatures: list[Given] = field(default_factory=list)
    absences: list[tuple[str, Answer]] = field(default_factory=list)
    locks: list[Answer] = field(default_factory=list)
    #: The server was made to forget what was prepared: what waited goes through the office.
    is_forgotten: bool = False

    def sign(self, given: Given) -> None:
        """Somebody signed."""
        self.signatures.append(given)

    def be_absent(self, person: str, answer: Answer) -> None:
        """The trainer noted an absence."""
        self.absences.append((person, answer))

    def lock(self, answer: Answer) -> None:
        """The trainer countersigned."""
        self.locks.append(answer)

    # --- What must hold -----------------------------------------------------------------------

    def faults(self, found: dict[str, Found], locked: Locked) -> list[str]:
        """Every promise that is broken, in words; none if all is well."""
        faults = [
            f"{person}: {fault}"
            for person in self.people
            for fault in self._faults_of(person, found[person])
        ]
        return faults + list(self._faults_of_lock(locked))

    def _given(self, person: str, *answers: Answer) -> list[Given]:
        return [
            given
            for given in self.signatures
            if given.person == person and (not answers or given.answer in answers)
        ]

    def _faults_of(self, person: str, found: Found) -> Iterable[str]:
        accepted = Counter(given.mark for given in self._given(person, Answer.ACCEPTED))
        unknown = Counter(given.mark for given in self._given(person, Answer.UNKNOWN))
        kept = Counter(found.recorded) + Counter(found.set_aside) + Counter(found.waiting)
        if gone := accepted - kept:
            yield f"{gone.total()} of {accepted.total()} signatures accepted are gone"
        if more := kept - accepted - unknown:
            yield f"{more.total()} more kept than were given ({found})"
        if len(found.recorded) > 1:
            yield f"recorded {len(found.recorded)} times"
        if found.set_aside and not found.named:
            yield "set aside for staff, and the page does not name the person"
        if found.waiting:
            yield "still waits although everything could be sent"
        device = [
            given for given in self._given(person, Answer.ACCEPTED) if given.where is Where.DEVICE
        ]
        if len(device) > 1:
            yield f"the device accepted {len(device)} signatures of a person who had signed"
        if found.set_aside and not self._may_be_set_aside(person):
            yield "set aside although nothing contradicted it"
        yield from self._faults_of_state(person, found)

    def _may_be_set_aside(self, person: str) -> bool:
        """Signed twice in earnest (two pages open), countersigned meanwhile, or forgotten."""
        return len(self._given(person)) > 1 or bool(self.locks) or self.is_forgotten

    def _faults_of_state(self, person: str, found: Found) -> Iterable[str]:
        expected = self.expected_states(person)
        if not found.recorded and (found.set_aside or found.waiting or self.is_forgotten):
            expected |= {""} | {"absent"} if self._noted_absent(person) else {""}
        if found.state not in expected:
            yield f"is « {found.state} », expected one of {sorted(expected)}"
        if found.state == "present":
            lengths = {
                self.counted_minutes - given.minutes_missed
                for given in self._given(person, Answer.ACCEPTED, Answer.UNKNOWN)
            }
            if found.minutes not in lengths:
                yield f"{found.minutes} minutes, expected one of {sorted(lengths)}"

    def expected_states(self, person: str) -> set[str]:
        """A signature counts before an absence, whichever came first."""
        if self._given(person, Answer.ACCEPTED):
            return {"present"}
        absences = [answer for who, answer in self.absences if who == person]
        states = {"absent"} if Answer.ACCEPTED in absences else {""}
        if Answer.UNKNOWN in absences:
            states.add("absent")
        if self._given(person, Answer.UNKNOWN):
            states.add("present")
        return states

    def _noted_absent(self, person: str) -> bool:
        return any(who == person and answer is not Answer.REFUSED for who, answer in self.absences)

    def _faults_of_lock(self, locked: Locked) -> Iterable[str]:
        kept = locked.recorded + locked.set_aside + locked.waiting
        accepted = self.locks.count(Answer.ACCEPTED)
        unknown = self.locks.count(Answer.UNKNOWN)
        if locked.recorded > 1:
            yield f"lock: recorded {locked.recorded} times"
        if accepted and not kept:
            yield "lock: accepted, and gone"
        if kept > accepted + unknown:
            yield f"lock: {kept} kept, {accepted + unknown} given"
        if locked.set_aside and not locked.named:
            yield "lock: set aside, and the page does not say so"
        if locked.waiting:
            yield "lock: still waits although everything could be sent"
