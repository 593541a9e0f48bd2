"""What a device could not send by itself, handed in as a file: kept, and taken where it may be.

A ticket that expired, was revoked or is not known sends nothing any more. What waited is then
handed in whole, by the trainer from the device, or by staff from the file that the trainer saved.
The file is kept as it came. Where its ticket is ours and was not revoked, its indications are
recorded as any other, signatures as regularised once the ticket is over; the rest is for staff to
judge, with the origin said as it is.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from attendance.domain.offline import items, tickets
from attendance.domain.offline.synchronising import Origin, Synchronisation, synchronise
from attendance.enums import DepositOrigin, OfflineKind
from attendance.models import (
    OfflineDeposit,
    OfflineDepositFile,
    OfflineDepositReview,
    OfflineTicket,
)
from core.domain import journal, private_files
from core.domain.canonical import canonical_json, read_json
from core.domain.transitions import lock, required_reason
from core.exceptions import DomainError
from training.models import HalfDay

FORMAT = "emargement-hors-ligne"
#: Bytes of the largest file read: a hundred long drawings.
MAX_BYTES = 8_000_000
MAX_ITEMS = 500
FOLDER = "offline-deposits"


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A file, read: its ticket and what waited, as the device wrote them."""

    sha256: str
    ticket: str
    half_day: int
    ahead: dt.timedelta
    rows: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One indication of a file, for people: who and what as the device said, and its hour there."""

    name: str
    what: str
    device_time: dt.datetime | None


def read_file(raw: bytes) -> Handed:
    """The file that a device made. Raises `DomainError` (`deposit_unreadable`, `deposit_changed`).

    Its digest, over the canonical form of its content, tells a file cut or changed on its way.
    """
    try:
        if len(raw) > MAX_BYTES:
            raise ValueError("size")
        said = read_json(raw)
        content = said["content"]
        rows = content["items"]
        if said["format"] != FORMAT or not isinstance(rows, list) or len(rows) > MAX_ITEMS:
            raise ValueError("shape")
        handed = Handed(
            sha256=hashlib.sha256(canonical_json(content)).hexdigest(),
            ticket=str(content["ticket"]),
            half_day=int(content["half_day"]),
            ahead=dt.timedelta(milliseconds=int(content.get("skew", 0))),
            rows=[dict(row) for row in rows],
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
            "Ce fichier n’est pas celui d’un appareil d’émargement, ou n’a pas pu être lu en "
            "entier : rien n’a été gardé.",
            code="deposit_unreadable",
        ) from error
    if handed.sha256 != said.get("sha256"):
        raise DomainError(
            "Ce fichier a été modifié depuis que l’appareil l’a fait : son empreinte n’est pas "
            "la bonne.",
            code="deposit_changed",
        )
    return handed


def deposit(
    *,
    raw: bytes,
    actor: User,
    reason: str = "",
    half_day: HalfDay | None = None,
    sent_at: dt.datetime | None = None,
    ip: str = "",
    user_agent: str = "",
) -> tuple[OfflineDeposit, Synchronisation]:
    """Keep the file, and take what its ticket allows; the same file again changes nothing.

    `half_day`: where staff put it, or where the trainer teaches, when its ticket is not known.
    `sent_at`: what the device's clock says now, if it hands the file in itself. To be called
    outside any transaction. Raises `DomainError` as `read_file`.
    """
    handed = read_file(raw)
    now = timezone.now()
    ticket = _ticket_of(handed)
    origin = DepositOrigin.UNVERIFIED
    done = Synchronisation()
    if ticket is not None:
        half_day = ticket.half_day
        origin = DepositOrigin.REVOKED if tickets.is_revoked(ticket) else DepositOrigin.VERIFIED
    key = storages["private"].save(f"{FOLDER}/{uuid.uuid4()}", ContentFile(raw))
    try:
        if ticket is not None and origin == DepositOrigin.VERIFIED:
            done = synchronise(
                ticket=ticket,
                items=_readable(handed.rows),
                origin=Origin(sent_at=sent_at or now + handed.ahead, ip=ip, user_agent=user_agent),
                deposited=True,
            )
        with transaction.atomic():
            row, made = OfflineDeposit.objects.get_or_create(
                sha256=handed.sha256,
                defaults={
                    "half_day": half_day,
                    "ticket": ticket,
                    "author": actor,
                    "received_at": now,
                    "reason": " ".join(reason.split())[:500],
                    "origin": origin,
                    "size": len(raw),
                    "item_count": len(handed.rows),
                    "left_count": len(handed.rows) - len(done.taken),
                },
            )
            if made:
                OfflineDepositFile.objects.create(deposit=row, key=key)
                journal.record(
                    actor=actor,
                    verb="offline.deposited",
                    subject=row,
                    session_id=half_day.session_id if half_day else None,
                    to_state=origin,
                )
    except BaseException:
        private_files.discard(key)
        raise
    if not made:
        private_files.discard(key)
    return row, done


def deposits_to_review() -> QuerySet[OfflineDeposit]:
    """Deposits that staff still have to look at: something of them was not taken."""
    return (
        OfflineDeposit.objects.filter(left_count__gt=0, review__isnull=True)
        .select_related("author", "half_day__session__venue", "half_day__venue")
        .order_by("received_at", "pk")
    )


def review(*, deposit: OfflineDeposit, reason: str, actor: User) -> OfflineDepositReview:
    """Say what was done of it. Raises `DomainError` (`reason_required`, `already_reviewed`)."""
    reason = required_reason(reason)
    with transaction.atomic():
        locked = lock(deposit)
        if OfflineDepositReview.objects.filter(deposit=locked).exists():
            raise DomainError("Ce dépôt a déjà été traité.", code="already_reviewed")
        row = OfflineDepositReview.objects.create(
            deposit=locked, reviewed_at=timezone.now(), reviewed_by=actor, reason=reason[:500]
        )
        journal.record(
            actor=actor,
            verb="offline.deposit_reviewed",
            subject=locked,
            session_id=locked.half_day.session_id if locked.half_day else None,
            details={"reason": reason},
        )
    return row


def lines_of(deposit: OfflineDeposit) -> list[Line]:
    """What the file says, in its order; empty once the file is erased."""
    kept = OfflineDepositFile.objects.filter(deposit=deposit).first()
    stored = private_files.opened(kept.key) if kept else None
    if stored is None:
        return []
    with stored:
        said = json.loads(stored.read())
    return [_line(row) for row in said["content"]["items"]]


def _ticket_of(handed: Handed) -> OfflineTicket | None:
    try:
        ticket = tickets.known_ticket(handed.ticket)
    except DomainError:
        return None
    return ticket if ticket.half_day_id == handed.half_day else None


def _readable(rows: list[dict[str, Any]]) -> list[items.Item]:
    found = []
    for row in rows:
        said = {name: value for name, value in row.items() if name not in {"name", "words"}}
        try:
            found.append(items.read_item(said))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            continue
    return sorted(found, key=lambda item: item.sequence)


def _line(row: Mapping[str, Any]) -> Line:
    try:
        moment = dt.datetime.fromisoformat(str(row.get("device_time")))
    except ValueError:
        moment = None
    kind = str(row.get("kind", ""))
    return Line(
        name=str(row.get("name", ""))[:200],
        what=OfflineKind(kind).label if kind in OfflineKind.values else kind[:20],
        device_time=moment if moment and moment.tzinfo else None,
    )
