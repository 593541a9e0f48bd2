"""A walk played in front of the real product, and what was found at its end."""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from django.urls import reverse
from django.utils import timezone

from attendance.domain.verification import verify_chain
from attendance.enums import AttendanceKind, OfflineKind, OfflineOutcome
from attendance.models import (
    AttendanceEvent,
    HalfDayLock,
    OfflineDeposit,
    OfflineItem,
    OfflineTicket,
)
from tests.attendance.people import Room, room
from tests.cast import Actor
from tests.walks.device import Device, mark_of
from tests.walks.model import Found, Given, Locked, Model
from tests.walks.network import Network
from tests.walks.server import Server
from tests.walks.steps import PEOPLE, Step
from training.enums import AttendanceState
from training.models import AttendanceMark

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: Minutes missed by those who come late.
LATE = 60
COUNTED = 180


class PromiseBroken(AssertionError):
    """A signature gone, doubled, stuck or set aside in silence."""


@dataclass
class Walk:
    """One half-day, one device, one model."""

    browser: "Browser"
    server: Server
    network: Network
    trainer: Actor
    here: Room = field(init=False)
    device: Device = field(init=False)
    model: Model = field(init=False)
    #: Each step, and what the screen answered.
    story: list[str] = field(default_factory=list)
    #: What the office got as a file, and decides.
    handed_in: list[dict[str, Any]] = field(default_factory=list)

    def faults(self, steps: Sequence[Step]) -> list[str]:
        """Play the steps on a fresh half-day, bring the network back, and compare."""
        self.here = _half_day(self.trainer)
        self.names = [str(enrolment.learner) for enrolment in self.here.enrolments]
        self.model = Model(tuple(self.names), COUNTED)
        self.server.start()
        self.network.become("well")
        self.story, self.handed_in = [], []
        with self._device() as self.device:
            for step in steps:
                self.story.append(f"{step} {self._do(step)}")
            return self._end()

    def _do(self, step: Step) -> str:
        """Do it; what goes from under the finger before anything is sent is not done."""
        try:
            said = getattr(self, f"_{step.act.replace(' ', '_')}")(step) or ""
            self.device.look(step.tab)
            return said
        except Error as error:
            return f"given up: {str(error).splitlines()[0]}"

    @contextmanager
    def _device(self) -> Iterator[Device]:
        context = self.browser.new_context(
            reduced_motion="reduce",
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport={"width": 820, "height": 1180},
        )
        try:
            cookie = self.trainer.cookies["sessionid"]
            context.add_cookies(
                [{"name": cookie.key, "value": cookie.value, "url": self.network.url}]
            )
            address = f"/espace/formateur/demi-journee/{self.here.half_day.pk}/"
            yield Device(context, self.network, address)
        finally:
            context.close()
            self.network.when_sent = None
            self.server.kill()

    # --- Acts: one function for each ------------------------------------------------------------

    def _draw(self, step: Step, **how: Any) -> str:
        name = self.names[step.person]
        if not self.device.open_form(step.tab, name):
            return "not offered"
        return self._sign(step, name, **how)

    def _type(self, step: Step) -> str:
        return self._draw(step, typed=True)

    def _late(self, step: Step) -> str:
        hour = timezone.localtime(self.here.half_day.starts_at + dt.timedelta(minutes=LATE))
        return self._draw(step, arrived=f"{hour:%H:%M}")

    def _open_form(self, step: Step) -> str:
        return str(self.device.open_form(step.tab, self.names[step.person]))

    def _finish_form(self, step: Step) -> str:
        name = self.device.name_on_form(step.tab)
        return self._sign(step, name) if name in self.names else "not offered"

    def _sign(self, step: Step, name: str, **how: Any) -> str:
        signed = self.device.sign(step.tab, name, double=step.double, **how)
        if signed:
            self.model.sign(
                Given(
                    person=name,
                    mark=signed.mark,
                    answer=signed.answer,
                    where=signed.where,
                    minutes_missed=LATE if how.get("arrived") else 0,
                )
            )
        return f"{signed.answer} {signed.where}" if signed else "no form"

    def _absent(self, step: Step) -> str:
        answer = self.device.absent(step.tab, self.names[step.person], double=step.double)
        if answer:
            self.model.be_absent(self.names[step.person], answer)
        return str(answer or "not offered")

    def _lock(self, step: Step) -> str:
        answer = self.device.lock(step.tab, str(self.here.trainer), double=step.double)
        if answer:
            self.model.lock(answer)
        return str(answer or "not offered")

    def _prepare(self, step: Step) -> str:
        return self.device.prepare(step.tab, double=step.double)

    def _reload(self, step: Step) -> None:
        self.device.reload(step.tab)

    def _back(self, step: Step) -> None:
        self.device.back(step.tab)

    def _offline(self, _step: Step) -> None:
        self.device.offline(True)

    def _online(self, _step: Step) -> None:
        self.device.offline(False)

    def _network(self, step: Step) -> None:
        self.network.become(step.network)

    def _server_dies(self, _step: Step) -> None:
        self.server.kill()

    def _server_dies_while_it_answers(self, _step: Step) -> None:
        self.network.when_sent = self.server.kill

    def _server_starts(self, _step: Step) -> None:
        self.network.when_sent = None
        self.server.start()

    def _tickets_forgotten(self, _step: Step) -> None:
        """The database of last night is back: it does not know what the device has to show."""
        OfflineTicket.objects.filter(half_day=self.here.half_day, items=None).delete()
        self.model.is_forgotten = True

    # --- The end --------------------------------------------------------------------------------

    def _end(self) -> list[str]:
        self._server_starts(Step("server starts"))
        self.network.become("well")
        self.device.offline(False)
        waiting, faults = self.device.send_everything(), []
        if waiting and self.model.is_forgotten:
            faults = self._hand_in(waiting)
            waiting = self.device.waiting()
        words = self.device.words_beside_the_list()
        faults += self.model.faults(self._found(waiting, words), self._locked(waiting, words))
        report = verify_chain(session=self.here.session)
        if not report.ok:
            faults.append(f"chain: {report.message}")
        return faults + self.device.faults

    def _hand_in(self, waiting: list[dict[str, Any]]) -> list[str]:
        """What cannot be sent is shown by name, then handed in to the office."""
        before, after = self.device.hand_in(reverse("portal:offline"))
        known = {str(pk) for pk in OfflineItem.objects.values_list("pk", flat=True)}
        self.handed_in = [item for item in waiting if item["key"] not in known]
        left = OfflineDeposit.objects.filter(half_day=self.here.half_day)
        faults = [
            f"{name}: {words}"
            for item in waiting
            for name in (self._name_of(item),)
            for words, text in (("waits unseen", before), ("handed in unseen", after))
            if name not in text
        ]
        if sum(deposit.left_count for deposit in left) != len(self.handed_in):
            faults.append(f"{len(self.handed_in)} handed in, the office has {list(left)}")
        return faults

    def _name_of(self, item: dict[str, Any]) -> str:
        for enrolment in self.here.enrolments:
            if str(enrolment.uuid) == item.get("enrolment"):
                return str(enrolment.learner)
        return str(self.here.trainer)

    def _found(self, waiting: list[dict[str, Any]], words: str) -> dict[str, Found]:
        found = {name: Found(named=name in words) for name in self.names}
        name_of = {item.pk: str(item.learner) for item in self.here.enrolments}
        for event in AttendanceEvent.objects.filter(
            half_day=self.here.half_day, state=AttendanceState.PRESENT
        ).select_related("details"):
            person = found[name_of[event.enrolment_id]]
            data = event.details.data
            is_aside = event.kind == AttendanceKind.CONFLICT
            (person.set_aside if is_aside else person.recorded).append(
                mark_of(data["strokes"], data["signed_name"])
            )
        for item in OfflineItem.objects.filter(
            ticket__half_day=self.here.half_day,
            outcome=OfflineOutcome.REFUSED,
            kind=OfflineKind.PRESENCE,
        ):
            data = item.payload
            found[name_of[item.enrolment_id]].set_aside.append(
                mark_of(data.get("strokes"), data.get("signed_name", ""))
            )
        for item in (*waiting, *self.handed_in):
            if item.get("kind") == "presence":
                person = found[self._name_of(item)]
                is_handed_in = item in self.handed_in
                (person.set_aside if is_handed_in else person.waiting).append(
                    mark_of(item.get("strokes"), item.get("signed_name", ""))
                )
                person.named = person.named or is_handed_in
        for mark in AttendanceMark.objects.filter(half_day=self.here.half_day):
            person = found[name_of[mark.enrolment_id]]
            person.state, person.minutes = str(mark.state), mark.minutes
        return found

    def _locked(self, waiting: list[dict[str, Any]], words: str) -> Locked:
        items = OfflineItem.objects.filter(
            ticket__half_day=self.here.half_day,
            outcome=OfflineOutcome.REFUSED,
            kind=OfflineKind.LOCK,
        )
        return Locked(
            recorded=HalfDayLock.objects.filter(half_day=self.here.half_day).count(),
            set_aside=items.count() + sum(item["kind"] == "lock" for item in self.handed_in),
            waiting=sum(item.get("kind") == "lock" for item in waiting),
            named="lôture" in words or bool(self.handed_in),
        )


def _half_day(trainer: Actor) -> Room:
    """Four people, names as they come; it ends in five minutes, so that it may be locked."""
    now = timezone.now().replace(second=0, microsecond=0)
    here = room(
        PEOPLE,
        starts_at=now - dt.timedelta(hours=3),
        ends_at=now + dt.timedelta(minutes=5),
        counted_minutes=COUNTED,
    )
    return here.taught_by(trainer.person)


# --- What fails is made short ---------------------------------------------------------------------


def shortest(
    steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool], *, seconds: float
) -> list[Step]:
    """Fewer steps that still fail: parts are left out, large ones first, as long as time allows."""
    kept, until = list(steps), time.monotonic() + seconds
    size = len(kept) // 2
    while size and time.monotonic() < until:
        start = 0
        while start < len(kept) and time.monotonic() < until:
            fewer = kept[:start] + kept[start + size :]
            if fewer and fails(fewer):
                kept = fewer
            else:
                start += size
        size //= 2
    return kept
