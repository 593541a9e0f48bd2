"""The model and the walks themselves, without a browser: the model must be able to fail."""

from collections import Counter
from typing import Any

import pytest

from tests.walks.model import Answer, Found, Given, Locked, Model, Where
from tests.walks.steps import PEOPLE, WEIGHTS, Step, walk_of
from tests.walks.walk import shortest


def faults(*given: Given, absent: bool = False, locks: int = 0, **found: Any) -> list[str]:
    model = Model(("Ana",), 180)
    for item in given:
        model.sign(item)
    if absent:
        model.be_absent("Ana", Answer.ACCEPTED)
    for _lock in range(locks):
        model.lock(Answer.ACCEPTED)
    return model.faults({"Ana": Found(**found)}, Locked(recorded=locks))


def signature(answer: Answer = Answer.ACCEPTED, **values: Any) -> Given:
    return Given(**{"person": "Ana", "mark": "drawn", "answer": answer} | values)


PRESENT = {"recorded": ["drawn"], "state": "present", "minutes": 180}


def test_a_signature_recorded_once_is_what_was_promised() -> None:
    assert not faults(signature(), **PRESENT)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, "gone"),
        (PRESENT | {"recorded": ["drawn", "drawn"]}, "recorded 2 times"),
        (PRESENT | {"recorded": ["another"]}, "gone"),
        (PRESENT | {"waiting": ["drawn"], "recorded": []}, "still waits"),
        ({"set_aside": ["drawn"]}, "does not name"),
        ({"set_aside": ["drawn"], "named": True}, "nothing contradicted"),
        (PRESENT | {"state": "absent"}, "expected one of ['present']"),
        (PRESENT | {"minutes": 120}, "120 minutes"),
    ],
)
def test_a_signature_gone_doubled_changed_or_silent_is_found(
    found: dict[str, Any], words: str
) -> None:
    assert any(words in fault for fault in faults(signature(), **found))


def test_a_signature_without_an_answer_may_be_recorded_or_not() -> None:
    assert not faults(signature(Answer.UNKNOWN), **PRESENT)
    assert not faults(signature(Answer.UNKNOWN))
    assert faults(signature(Answer.REFUSED), **PRESENT)


def test_a_signature_counts_before_an_absence() -> None:
    assert not faults(signature(), absent=True, **PRESENT)
    assert not faults(absent=True, state="absent", minutes=0)
    assert faults(absent=True)


def test_the_device_accepts_one_signature_of_a_person_the_server_may_have_another() -> None:
    second = {"mark": "second"}
    aside = PRESENT | {"set_aside": ["second"], "named": True}
    assert not faults(signature(), signature(where=Where.SERVER, **second), **aside)
    assert faults(signature(), signature(**second), **aside)


def test_an_arrival_hour_takes_minutes_off() -> None:
    assert not faults(signature(minutes_missed=60), **PRESENT | {"minutes": 120})


def test_a_lock_accepted_is_recorded_once() -> None:
    assert not faults(signature(), locks=1, **PRESENT)
    model = Model(("Ana",), 180)
    model.lock(Answer.ACCEPTED)
    assert model.faults({"Ana": Found()}, Locked())
    assert model.faults({"Ana": Found()}, Locked(recorded=2))


def test_a_seed_makes_the_same_walk_each_time_and_the_seeds_of_ci_take_every_act() -> None:
    assert walk_of(7) == walk_of(7)
    acts = Counter(step.act for seed in range(1, 13) for step in walk_of(seed))
    around = {"offline", "online", "network", "server dies", "server starts"}
    assert set(acts) >= (set(WEIGHTS) - {"around"}) | around
    assert all(0 <= step.person < PEOPLE for seed in range(50) for step in walk_of(seed))


def test_a_walk_that_fails_is_made_as_short_as_what_makes_it_fail() -> None:
    steps = walk_of(3)
    wanted = [steps[1], steps[-2]]

    def fails(some: Any) -> bool:
        return all(step in some for step in wanted)

    assert [step for step in shortest(steps, fails, seconds=5) if step in wanted]
    assert len(shortest(steps, fails, seconds=5)) <= 3
    assert Step("draw", tab=1).__repr__() == "Step('draw', tab=1)"
