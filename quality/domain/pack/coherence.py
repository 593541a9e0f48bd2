"""Do the pieces of a session say the same? Hours, dates, titles, names, programme."""

from collections.abc import Iterator

from django.utils import timezone

from certificates import kinds
from certificates.models import Document
from core.french import format_minutes
from quality.domain import audited_sessions as reading
from quality.domain.audited_sessions import AuditedSession
from training.models import Enrolment

HEADER = ["session", "personne", "sujet", "ici", "la"]
Row = tuple[str, str, str, str, str]


def differences(audited: AuditedSession) -> Iterator[Row]:
    """One row per mismatch: session, person code, what about, one side, the other side."""
    yield from _duration(audited)
    yield from _programme(audited)
    people = {enrolment.pk: enrolment for enrolment in audited.enrolments}
    for document in reading.issued(audited, kinds.CERTIFICATE):
        enrolment = people.get(document.enrolment_id or 0)
        if enrolment is not None and document.context:
            yield from _certificate(audited, enrolment, document)


def _duration(audited: AuditedSession) -> Iterator[Row]:
    """The longest course anybody was to follow against what the programme announces."""
    announced = audited.session.programme_version.duration_minutes
    planned = [
        sum(
            half_day.counted_minutes
            for half_day in audited.half_days
            if enrolment.pk in audited.expected[half_day.pk]
        )
        for enrolment in audited.enrolments
    ]
    if planned and max(planned) != announced:
        yield (
            audited.session.code,
            "",
            "Durée",
            f"programme\u00a0: {format_minutes(announced)}",
            f"demi-journées\u00a0: {format_minutes(max(planned))}",
        )


def _programme(audited: AuditedSession) -> Iterator[Row]:
    version = audited.session.programme_version
    if audited.starts_at is not None and version.published_at > audited.starts_at:
        yield (
            audited.session.code,
            "",
            "Programme",
            f"version publiée le {timezone.localdate(version.published_at):%d/%m/%Y}",
            f"début de la session le {timezone.localdate(audited.starts_at):%d/%m/%Y}",
        )
    for agreement in audited.agreements:
        if agreement.programme_version_id != version.pk:
            yield (
                audited.session.code,
                "",
                "Programme",
                f"accord {agreement.reference}\u00a0: une autre version",
                f"session\u00a0: version {version.number}",
            )


def _certificate(
    audited: AuditedSession, enrolment: Enrolment, document: Document
) -> Iterator[Row]:
    """What the certificate says against what is recorded today."""
    context, person = document.context, audited.person_codes[enrolment.pk]
    half_days = [item for item in audited.half_days if enrolment.pk in audited.expected[item.pk]]
    followed = sum(
        mark.minutes for (_half_day, pk), mark in audited.marks.items() if pk == enrolment.pk
    )
    sides: list[tuple[str, object, object]] = [
        ("Durée suivie (minutes)", context.get("followed_minutes"), followed),
        ("Intitulé", context.get("title"), audited.session.title),
    ]
    if half_days:
        sides += [
            (
                "Premier jour",
                context.get("starts_on"),
                timezone.localdate(half_days[0].starts_at).isoformat(),
            ),
            (
                "Dernier jour",
                context.get("ends_on"),
                timezone.localdate(max(item.ends_at for item in half_days)).isoformat(),
            ),
        ]
    for what, printed, recorded in sides:
        if printed is not None and printed != recorded:
            yield (
                audited.session.code,
                person,
                what,
                f"certificat {document.number}\u00a0: {printed}",
                f"données\u00a0: {recorded}",
            )
    name = context.get("beneficiary", {}).get("name", "")
    if name and not name.endswith(str(enrolment.learner)):
        yield (
            audited.session.code,
            person,
            "Nom",
            f"certificat {document.number}\u00a0: une autre orthographe",
            "fiche de la personne",
        )
