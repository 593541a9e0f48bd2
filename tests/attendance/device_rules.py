"""The table of what a device and the server take or refuse, and each case made real."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from tests.attendance.devices import Device, prepared
from tests.attendance.people import Room, at, room

CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("device_rules.json").read_text(encoding="utf-8")
)


def moment_of(case: dict[str, Any]) -> dt.datetime:
    """When the person acts, on the day of the half-day of 9:00 to 12:30."""
    return at(*map(int, case["at"].split(":")))


def words_of(case: dict[str, Any], here: Room) -> str:
    """Why it is refused; empty when it is taken."""
    return str(case["refused"]).replace("{trainer}", str(here.trainer))


def place() -> tuple[Room, Device]:
    """A half-day where Aïcha is expected, on a device prepared now."""
    here = room(1)
    return here, prepared(here)


def item_of(case: dict[str, Any], here: Room) -> dict[str, Any]:
    """What the person gives, without the key and the rank of the queue."""
    item = dict(case["item"])
    if item.get("signed_name") == "{trainer}":
        item["signed_name"] = str(here.trainer)
    if item["kind"] not in {"lock", "walk_in"}:
        item["enrolment"] = str(here.enrolments[0].uuid)
    return item
