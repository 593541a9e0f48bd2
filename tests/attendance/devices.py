"""A device taken to a place without network, as the server sees it when it comes back."""

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import time_machine

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from attendance.domain.offline import deposits, tickets
from attendance.models import AttendanceEvent, OfflineDeposit, OfflineItem, OfflineTicket
from core.domain.canonical import canonical_json, utc_text
from tests.attendance.people import at
from training.models import HalfDay

SEND = "/espace/formateur/hors-ligne/envoi/"
EVENING = at(19)
STROKES = [[[10, 10], [200, 180], [400, 20]]]


@dataclass
class Device:
    """A prepared device; `ahead` is by how much its clock is ahead of the server's."""

    half_day: int
    token: str
    ahead: dt.timedelta = dt.timedelta(0)
    queue: list[dict[str, Any]] = field(default_factory=list)

    def sign(self, enrolment: Any, when: dt.datetime, **values: Any) -> dict[str, Any]:
        """The person draws, at `when` by the right clock."""
        return self._add(
            {"kind": "presence", "enrolment": str(enrolment.uuid), "strokes": STROKES},
            when,
            values,
        )

    def absent(self, enrolment: Any, when: dt.datetime, **values: Any) -> dict[str, Any]:
        """The trainer notes an absence."""
        return self._add(
            {"kind": "absence", "enrolment": str(enrolment.uuid), "absence_reason": "transport"},
            when,
            values,
        )

    def walk_in(self, who: str, when: dt.datetime, **values: Any) -> dict[str, Any]:
        """The trainer writes down a person without an enrolment."""
        return self._add({"kind": "walk_in", "who": who}, when, values)

    def lock(self, name: str, when: dt.datetime, **values: Any) -> dict[str, Any]:
        """The trainer countersigns by typing their name."""
        return self._add({"kind": "lock", "signed_name": name, "consent": True}, when, values)

    def _add(
        self, item: dict[str, Any], when: dt.datetime, values: dict[str, Any]
    ) -> dict[str, Any]:
        item = {
            "key": str(uuid.uuid4()),
            "sequence": len(self.queue) + 1,
            "device_time": utc_text(when + self.ahead),
            **item,
            **values,
        }
        self.queue.append(item)
        return item

    def body(self, now: dt.datetime, **values: Any) -> dict[str, Any]:
        """What it would send at `now` by the right clock."""
        return {
            "ticket": self.token,
            "half_day": self.half_day,
            "sent_at": utc_text(now + self.ahead),
            "items": self.queue,
        } | values


def prepared(here: Any, ahead: dt.timedelta = dt.timedelta(0), **values: Any) -> Device:
    """A device prepared now by the trainer of the half-day."""
    _ticket, token = tickets.prepare(
        half_day=here.half_day, trainer=here.trainer, actor=here.actor, **values
    )
    return Device(here.half_day.pk, token, ahead)


def send(body: dict[str, Any] | bytes) -> HttpResponse:
    """Over HTTP, without session nor cookie, the CSRF protection on."""
    data = body if isinstance(body, bytes) else json.dumps(body)
    client = Client(enforce_csrf_checks=True)
    return client.post(SEND, data, content_type="application/json")


def refused_item(half_day: HalfDay, **values: Any) -> OfflineItem:
    """A lock asked for without network by the half-day's trainer, refused when it came back."""
    now = timezone.now()
    trainer = half_day.assignments.select_related("trainer__user").first().trainer
    ticket = OfflineTicket.objects.create(
        half_day=half_day,
        trainer=trainer,
        issued_to=trainer.user,
        issued_at=now,
        expires_at=now + dt.timedelta(days=7),
    )
    moments = dict.fromkeys(["device_time", "happened_at", "received_at"], now)
    return OfflineItem.objects.create(
        **{
            "key": uuid.uuid4(),
            "ticket": ticket,
            "sequence": 1,
            "kind": "lock",
            "digest": "0" * 64,
            "drift_seconds": 0,
            "outcome": "refused",
            "message": "Cette demi-journée est déjà close.",
            **moments,
            **values,
        }
    )


def file_of(device: Device, **values: Any) -> bytes:
    """The file of what waits on a device, as its pages make it."""
    content = {
        "ticket": device.token,
        "half_day": device.half_day,
        "skew": int(device.ahead / dt.timedelta(milliseconds=1)),
        "items": [{"name": "Aïcha Morvan", **item} for item in device.queue],
        **values,
    }
    digest = hashlib.sha256(canonical_json(content)).hexdigest()
    return json.dumps(
        {"format": deposits.FORMAT, "sha256": digest, "content": content}, ensure_ascii=False
    ).encode()


def handed_in(half_day: HalfDay) -> OfflineDeposit:
    """A file whose ticket is not ours, handed in by the half-day's trainer."""
    trainer = half_day.assignments.select_related("trainer__user").first().trainer
    device = Device(half_day.pk, f"un autre {uuid.uuid4()}")
    device.lock(str(trainer), timezone.now())
    row, _done = deposits.deposit(raw=file_of(device), actor=trainer.user, half_day=half_day)
    return row


def bring_back(device: Device, now: dt.datetime = EVENING, **values):
    with time_machine.travel(now, tick=False):
        return send(device.body(now, **values))


def outcomes(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [result["outcome"] for result in answer.json()["results"]]


def refused(answer, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"].endswith(".")
    assert not AttendanceEvent.objects.exists()
    assert not OfflineItem.objects.exists()
