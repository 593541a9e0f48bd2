"""What a device sends, read strictly: the whole is refused before anything is written."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from attendance.domain.signatures import MAX_NAME, Signature
from attendance.enums import OfflineKind
from core.domain.canonical import canonical_json, read_json
from core.exceptions import DomainError

#: What devices speak: the number that a sending carries. The former one, which carried none, is
#: taken as long as a ticket lasts (`offline_ticket_days`): pages kept on a device change later
#: than the server.
PROTOCOL = 2
ACCEPTED_PROTOCOLS = frozenset({1, PROTOCOL})
#: Bytes of the largest request read: five long drawings.
MAX_SENDING_BYTES = 400_000
MAX_ITEMS = 60
_FIELDS = {
    OfflineKind.PRESENCE: {"enrolment", "strokes", "signed_name", "consent", "arrived_at"},
    OfflineKind.ABSENCE: {"enrolment", "absence_reason"},
    OfflineKind.LOCK: {"strokes", "signed_name", "consent", "early_reason"},
    OfflineKind.DECLARED: {"enrolment", "reason", "arrived_at"},
    OfflineKind.WALK_IN: {"who", "contact"},
    OfflineKind.UNDONE: {"enrolment", "of", "undone_at"},
}
#: The kinds that speak of a person.
_OF_A_PERSON = {OfflineKind.PRESENCE, OfflineKind.ABSENCE, OfflineKind.DECLARED}
_COMMON = {"key", "sequence", "kind", "device_time"}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One indication of the queue.

    `arrived_at`: a clock time of the half-day, or None. `who`, `contact`: a person present without
    an enrolment, and how to reach them. `of`: the kind of what was taken back, for
    an action undone on the device.
    """

    key: uuid.UUID
    sequence: int
    kind: str
    device_time: dt.datetime
    enrolment: uuid.UUID | None
    strokes: list[Any] | None
    signed_name: str
    consent: bool
    arrived_at: dt.time | None
    absence_reason: str
    early_reason: str
    reason: str
    who: str
    contact: str
    of: str
    payload: dict[str, Any]
    digest: str

    @property
    def is_drawn(self) -> bool:
        """Whether there is a drawing; it counts before a typed name."""
        return bool(self.strokes)

    def signature(self, *, ip: str, user_agent: str) -> Signature:
        """What was given to sign, with where the queue was sent from."""
        return Signature(
            signed_name=self.signed_name,
            strokes=self.strokes,
            consent=self.consent,
            ip=ip,
            user_agent=user_agent,
        )


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A request of a device: its ticket, its half-day, its clock now, its queue in order."""

    ticket: str
    half_day: int
    sent_at: dt.datetime
    items: list[Item]


def read_sending(body: bytes) -> Sending:
    """The request as it was sent. Raises `DomainError` (`payload_too_large`, `malformed`)."""
    if len(body) > MAX_SENDING_BYTES:
        raise DomainError(
            "Cet envoi est trop gros : rien n’a été enregistré.", code="payload_too_large"
        )
    try:
        said = read_json(body)
        if said.pop("protocol", 1) not in ACCEPTED_PROTOCOLS:
            raise DomainError(
                "Les pages de cet appareil sont d’une autre version que le site : fermez-les, "
                "puis ouvrez-les de nouveau avec du réseau.",
                code="protocol_unknown",
            )
        ticket, half_day, items = said["ticket"], said["half_day"], said["items"]
        if (
            set(said) != {"ticket", "half_day", "sent_at", "items"}
            or not isinstance(ticket, str)
            or type(half_day) is not int
            or not isinstance(items, list)
            or len(items) > MAX_ITEMS
        ):
            raise ValueError("shape")
        read = [read_item(item) for item in items]
        ranks = [item.sequence for item in read]
        if ranks != sorted(set(ranks)) or len({item.key for item in read}) != len(read):
            raise ValueError("order")
        return Sending(
            ticket=ticket, half_day=half_day, sent_at=_moment(said["sent_at"]), items=read
        )
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise DomainError(
            "Cet envoi n’a pas pu être lu : rien n’a été enregistré.", code="malformed"
        ) from error


def read_item(said: dict[str, Any]) -> Item:
    """One indication as a device wrote it. Raises ValueError, TypeError or KeyError."""
    kind = OfflineKind(said["kind"])
    if not _COMMON <= set(said) <= _COMMON | _FIELDS[kind]:
        raise ValueError("fields")
    if type(said["sequence"]) is not int or not 1 <= said["sequence"] <= 1_000_000:
        raise ValueError("sequence")
    of = ""
    if kind == OfflineKind.UNDONE:
        of = OfflineKind(said["of"])
        _moment(said["undone_at"])
    arrived = _text(said, "arrived_at", 5)
    return Item(
        key=uuid.UUID(said["key"]),
        sequence=said["sequence"],
        kind=kind,
        device_time=_moment(said["device_time"]),
        enrolment=uuid.UUID(said["enrolment"]) if {kind, of} & _OF_A_PERSON else None,
        strokes=_strokes(said.get("strokes")),
        signed_name=_text(said, "signed_name", MAX_NAME),
        consent=said.get("consent") is True,
        arrived_at=dt.time.fromisoformat(arrived) if arrived else None,
        absence_reason=_text(said, "absence_reason", 12),
        early_reason=_text(said, "early_reason", 500),
        reason=_text(said, "reason", 500),
        who=_text(said, "who", MAX_NAME),
        contact=_text(said, "contact", MAX_NAME),
        of=of,
        payload=said,
        digest=hashlib.sha256(canonical_json(said)).hexdigest(),
    )


def _strokes(said: Any) -> list[Any] | None:
    if said is not None and not isinstance(said, list):
        raise ValueError("strokes")
    return said or None


def _text(said: dict[str, Any], name: str, longest: int) -> str:
    text = said.get(name, "")
    if not isinstance(text, str) or len(text) > longest or "\0" in text:
        raise ValueError(name)
    return text


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None or not 2000 <= moment.year <= 2200:
        raise ValueError("moment")
    return moment.astimezone(dt.UTC)
