"""Who a typed name is: one word of the family name where the trainer is there, all elsewhere.

The device runs the same table (`tests/portal/test_device_rules_in_browser.py`).
"""

import json
from pathlib import Path
from typing import Any

import pytest

from attendance.domain.signatures import check_signature, names_the_person
from attendance.enums import AttendanceMethod
from core.exceptions import DomainError
from tests.attendance.people import typed
from training.models import Learner, Trainer

CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("typed_names.json").read_text(encoding="utf-8")
)


def person(case: dict[str, Any]) -> Learner:
    return Learner(first_name=case["first"], last_name=case["last"], birth_name=case["birth"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['typed']} for {case['last']}")
def test_a_typed_name_is_that_of_the_person_or_not(case):
    for there, wanted in [(True, case["there"]), (False, case["elsewhere"])]:
        assert names_the_person(case["typed"], person(case), trainer_is_there=there) is wanted


def test_a_trainer_countersigns_with_one_word_of_their_name():
    assert names_the_person("Le Goff", Trainer(last_name="Le Goff"), trainer_is_there=True)
    assert not names_the_person("Yann", Trainer(last_name="Le Goff"), trainer_is_there=True)


@pytest.mark.parametrize(
    "method",
    [
        AttendanceMethod.OWN_PHONE,
        AttendanceMethod.REMOTE,
        AttendanceMethod.PHONE_CONFIRMED,
        AttendanceMethod.LATE_STATEMENT,
    ],
)
def test_where_no_one_sees_who_types_the_whole_name_is_asked_for(method):
    someone = Learner(first_name="Marie", last_name="de Villiers-Beauregard")
    short = typed("Marie Villiers")
    there = AttendanceMethod.TYPED_ON_TRAINER_DEVICE
    assert check_signature(signature=short, method=there, person=someone)["consent"] is True
    with pytest.raises(DomainError) as found:
        check_signature(signature=short, method=method, person=someone)
    assert found.value.code == "name_differs"
    whole = typed("Marie de Villiers Beauregard")
    assert check_signature(signature=whole, method=method, person=someone)["consent"] is True
