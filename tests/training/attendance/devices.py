"""A device taken to a place without network, as the server sees it when it comes back."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

from training.domain.attendance import offline
from training.domain.canonical import utc_text

SEND = "/espace/formateur/hors-ligne/envoi/"
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


def prepared(here: Any, ahead: dt.timedelta = dt.timedelta(0)) -> Device:
    """A device prepared now by the trainer of the half-day."""
    _ticket, token = offline.prepare(half_day=here.half_day, trainer=here.trainer, actor=here.actor)
    return Device(here.half_day.pk, token, ahead)


def send(body: dict[str, Any] | bytes) -> HttpResponse:
    """Over HTTP, without session nor cookie, the CSRF protection on."""
    data = body if isinstance(body, bytes) else json.dumps(body)
    client = Client(enforce_csrf_checks=True)
    return client.post(SEND, data, content_type="application/json")
