"""What the server takes of a device, by the table that the device runs as well."""

import uuid

import pytest
import time_machine

from attendance.models import OfflineItem
from core.domain.canonical import utc_text
from tests.attendance.device_rules import CASES, item_of, moment_of, place, words_of
from tests.attendance.devices import bring_back
from tests.attendance.people import at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_server_takes_or_refuses_what_the_table_says(case):
    with time_machine.travel(at(18, day=13), tick=False):
        here, device = place()
    now = moment_of(case)
    if case.get("noted"):
        device.absent(here.enrolments[0], now)
    device.queue.append(
        {
            "key": str(uuid.uuid4()),
            "sequence": len(device.queue) + 1,
            "device_time": utc_text(now),
            **item_of(case, here),
        }
    )
    assert bring_back(device, now).status_code == 200
    item = OfflineItem.objects.get(sequence=len(device.queue))
    assert item.message == words_of(case, here)
    assert (item.outcome == "refused") is bool(case["refused"])
