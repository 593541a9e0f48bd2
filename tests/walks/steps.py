"""The steps of a walk, and walks made of a seed.

A walk is data: the steps of one that failed are pasted into a test as they were printed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

PEOPLE = 4
TABS = 2
#: What the network does: answers, answers 502, loses the answer on the way back, answers its own
#: login page, never answers. « sending »: only where the device sends what waited.
NETWORKS = (
    "well",
    "502",
    "answers lost",
    "sending 502",
    "sending answers lost",
    "captive",
    "hangs",
)


@dataclass(frozen=True)
class Step:
    """One act, in tab 0 or 1, of person 0 to 3. What the screen does not offer is not done."""

    act: str
    tab: int = 0
    person: int = 0
    double: bool = False
    network: str = ""

    def __repr__(self) -> str:
        parts = [repr(self.act)]
        parts += [
            f"{name}={value!r}"
            for name in ("tab", "person", "double", "network")
            if (value := getattr(self, name)) not in (0, "", False)
        ]
        return f"Step({', '.join(parts)})"


#: Acts in a tab, about a person or not, and how often they come.
WEIGHTS = {
    "draw": 28,  # sign with the finger
    "type": 11,  # sign by typing one's name
    "absent": 8,
    "late": 8,  # sign with an arrival hour
    "open form": 5,  # open somebody's form and leave it there
    "finish form": 7,  # sign in the form that is open in this tab
    "lock": 5,
    "prepare": 8,
    "reload": 8,
    "back": 7,
    "around": 24,  # what happens around the device: flight mode, network, server
}
OF_A_PERSON = {"draw", "type", "absent", "late", "open form"}
MAY_BE_DOUBLE = {"draw", "type", "absent", "lock", "prepare"}


def walk_of(seed: int) -> list[Step]:
    """The walk of a seed: 8 to 14 steps, the device prepared before them more often than not."""
    return list(_steps(random.Random(seed)))  # noqa: S311 (nothing secret)


def _steps(chance: random.Random) -> Iterator[Step]:
    noted: set[int] = set()
    around = _Around(chance)
    if chance.random() < 0.95:
        yield Step("prepare")
    # Most often where there is no network.
    if chance.random() < 0.6:
        yield around.flight()
    elif chance.random() < 0.5:
        yield around.next()
    acts, weights = list(WEIGHTS), list(WEIGHTS.values())
    for _step in range(chance.randint(7, 12)):
        act = chance.choices(acts, weights)[0]
        if act == "around":
            yield around.next()
            continue
        person = 0
        if act in OF_A_PERSON:
            person = _person(chance, noted)
            if act != "open form":
                noted.add(person)
        yield Step(
            act,
            tab=0 if chance.random() < 0.7 else 1,
            person=person,
            double=act in MAY_BE_DOUBLE and chance.random() < 0.25,
        )
    if len(noted) == PEOPLE and chance.random() < 0.5:
        yield Step("lock", tab=chance.choice((0, 0, 1)), double=chance.random() < 0.3)


def _person(chance: random.Random, noted: set[int]) -> int:
    """Most often somebody of whom nothing is noted yet."""
    fresh = [person for person in range(PEOPLE) if person not in noted]
    if fresh and chance.random() < 0.75:
        return chance.choice(fresh)
    return chance.randrange(PEOPLE)


class _Around:
    """Flight mode, network and server: each step changes one of them."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.is_offline, self.mode, self.serves = False, "well", True

    def next(self) -> Step:
        """Something fails; or, more often when something does already, comes back."""
        failing = [
            name
            for name, fails in (
                ("flight", self.is_offline),
                ("network", self.mode != "well"),
                ("server", not self.serves),
            )
            if fails
        ]
        if failing and self.chance.random() < 0.6:
            what = self.chance.choice(failing)
        else:
            what = self.chance.choice(
                ("flight",) * 8 + ("network",) * 3 + ("server",) * 2 + ("tickets",)
            )
        return getattr(self, what)()  # type: ignore[no-any-return]

    def flight(self) -> Step:
        """Flight mode, on or off."""
        self.is_offline = not self.is_offline
        return Step("offline" if self.is_offline else "online")

    def tickets(self) -> Step:
        """The server does not know any more what was prepared."""
        return Step("tickets forgotten")

    def network(self) -> Step:
        """Another network, or the right one again."""
        others = [name for name in NETWORKS if name != self.mode]
        back = self.mode != "well" and self.chance.random() < 0.7
        self.mode = "well" if back else self.chance.choice(others)
        return Step("network", network=self.mode)

    def server(self) -> Step:
        """The server dies, or is there again."""
        self.serves = not self.serves
        if self.serves:
            return Step("server starts")
        return Step(self.chance.choice(("server dies", "server dies while it answers")))
