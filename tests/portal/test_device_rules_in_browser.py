"""The device takes and refuses what the server does, in the same words."""

from typing import TYPE_CHECKING

import pytest
import time_machine

from attendance.domain.offline import snapshot
from attendance.domain.signatures import telling_keys
from attendance.models import OfflineTicket
from tests.attendance.device_rules import CASES, item_of, moment_of, place, words_of
from tests.attendance.people import at
from tests.attendance.test_typed_names import CASES as NAMES
from tests.attendance.test_typed_names import person

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_the_device_runs_the_table_of_the_server(page: "Page") -> None:
    with time_machine.travel(at(18, day=13), tick=False):
        here, _device = place()
    with time_machine.travel(at(8, 50), tick=False):
        taken = snapshot.snapshot(OfflineTicket.objects.get())
    noted = {"order": 1, "item": {"kind": "absence", "enrolment": str(here.enrolments[0].uuid)}}
    asked = [
        {
            "item": item_of(case, here),
            "rows": [noted] if case.get("noted") else [],
            "now": moment_of(case).timestamp() * 1000,
        }
        for case in CASES
    ]
    page.goto("/healthz")
    found = page.evaluate(
        """async ([snapshot, cases]) => {
            const { fault } = await import("/static/js/offline/rules.js");
            const said = [];
            for (const { item, rows, now } of cases)
                said.push(await fault(snapshot, rows, item, new Date(now)));
            return said;
        }""",
        [taken, asked],
    )
    wanted = [words_of(case, here) for case in CASES]
    assert dict(zip([case["case"] for case in CASES], found, strict=True)) == dict(
        zip([case["case"] for case in CASES], wanted, strict=True)
    )


def test_the_device_recognises_typed_names_as_the_server_does(page: "Page") -> None:
    page.goto("/healthz")
    found = page.evaluate(
        """async (cases) => {
            const { names } = await import("/static/js/offline/rules.js");
            return Promise.all(cases.map(([keys, typed]) => names(keys, "sel", typed)));
        }""",
        [[telling_keys(person(case), salt="sel"), case["typed"]] for case in NAMES],
    )
    assert found == [case["there"] for case in NAMES]
