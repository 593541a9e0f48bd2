"""The pack from end to end: sessions first, then the indexes that list what was written."""

import datetime as dt
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html

from core.french import format_day, plural
from core.models import JournalEntry, Organisation
from quality.domain import audited_sessions
from quality.domain.audited_sessions import AuditedSession
from quality.domain.checks import organisation as checks_organisation
from quality.domain.checks import sessions as checks_sessions
from quality.domain.items import IndicatorView, Item, by_indicator, concerned_by, rank
from quality.domain.pack import coherence, layout, manifest, pages, tables
from quality.domain.pack.archive import HTML, TEXT, Entry, PackArchive
from quality.domain.pack.proofs import PackProofs
from quality.domain.pack.selection import Selection, resolve
from quality.domain.pack.session_files import SessionFolder
from quality.domain.referential import Referential
from quality.enums import ItemState

DATA = Path(__file__).resolve().parent.parent.parent / "data" / "pack"
#: Sessions read together: few queries, little memory.
BATCH = 20
EXCLUDED = (
    "Situations de handicap : ni demande, ni motif ; les aménagements sont comptés et datés, "
    "sans la personne.",
    "Détails des signatures : tracés, adresses IP, appareils ; les événements n’en portent que "
    "l’empreinte.",
    "Réponses aux questionnaires de besoins et de positionnement : seules leurs dates y sont.",
    "Noms, adresses et numéros dans les réponses libres : masqués.",
    "Liens et codes personnels, coordonnées bancaires, pièces d’identité, notes internes.",
    "Documents remplacés ou révoqués : seuls ceux en vigueur y sont ; le journal garde les autres.",
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class BuildResult:
    """What was built: fingerprint of the manifest, figures, name of the root folder."""

    manifest_sha256: str
    counts: dict[str, int]
    root: str


@dataclass
class _Gathered:
    """What the sessions leave behind for the indexes."""

    items: list[Item] = field(default_factory=list)
    concerned: set[int] = field(default_factory=set)
    sessions: list[list[object]] = field(default_factory=list)
    differences: list[coherence.Row] = field(default_factory=list)
    people: int = 0
    events: int = 0


def build(
    stream: IO[bytes],
    selection: Selection,
    *,
    at: dt.datetime,
    on_progress: Progress | None = None,
) -> BuildResult:
    """Write the pack to `stream`, which can seek; memory does not grow with the documents.

    Raises the errors of `selection.resolve`. A stored file that is missing or changed is listed
    as a gap; it never stops the pack.
    """
    ids = resolve(selection)
    referential = selection.referential
    organisation = Organisation.load()
    root = layout.root_folder(
        organisation=str(organisation),
        activity_number=organisation.activity_number,
        grid=referential.id.removeprefix("RNQ-"),
        scope=selection.scope,
    )
    gathered = _Gathered()
    with PackArchive(stream, root=root) as archive:
        pack_proofs = PackProofs(archive)
        for start in range(0, len(ids), BATCH):
            sessions = audited_sessions.load(ids[start : start + BATCH])
            pack_proofs.read(sessions)
            for one in sessions:
                _write_session(archive, one, referential, at, gathered, pack_proofs)
            if on_progress is not None:
                on_progress(min(start + BATCH, len(ids)), len(ids))
        gathered.items += checks_organisation.check_organisation(referential, organisation)
        pack_proofs.write_roots()
        counts = _write_indexes(archive, selection, organisation, gathered, ids)
        fingerprint = manifest.write(
            archive,
            selection=selection,
            organisation=organisation,
            counts=counts,
            excluded=EXCLUDED,
            generator_version=generator_version(),
            at=at,
        )
    return BuildResult(manifest_sha256=fingerprint, counts=counts, root=root)


@cache
def generator_version() -> str:
    """The version of this software."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as source:
        return str(tomllib.load(source)["project"]["version"])


def _write_session(
    archive: PackArchive,
    one: AuditedSession,
    referential: Referential,
    at: dt.datetime,
    gathered: _Gathered,
    pack_proofs: PackProofs,
) -> None:
    folder = SessionFolder(archive, one)
    folder.write()
    pack_proofs.write_session(folder)
    items = [*checks_sessions.check_session(one, referential, at), *folder.lost]
    items.sort(key=rank)
    page = folder.write_synthesis(items, "Manques de la session")
    gaps = sum(item.state != ItemState.PRESENT for item in items)
    gathered.items += items
    gathered.concerned |= concerned_by(referential, one)
    gathered.differences += coherence.differences(one)
    gathered.people += len(one.enrolments)
    gathered.events += one.events
    gathered.sessions.append(
        [
            format_html('<a href="{}">{}</a>', page.path, one.session.code),
            one.session.title,
            pages.dates_of(one),
            len(one.enrolments),
            len(folder.entries) - 1,
            plural(gaps, "manque") if gaps else "",
        ]
    )


def _write_indexes(
    archive: PackArchive,
    selection: Selection,
    organisation: Organisation,
    gathered: _Gathered,
    ids: Sequence[int],
) -> dict[str, int]:
    referential = selection.referential
    views = by_indicator(referential, gathered.items, gathered.concerned)
    paths = _write_indicators(archive, views, referential, organisation)
    gaps = [item for view in views for item in view.gaps]
    titles = {item.number: item.title for item in referential.indicators}
    _add(archive, layout.JOURNAL, tables.csv_chunks(JOURNAL, _journal(ids)), tables.MIME)
    evidence = [entry for entry in archive.entries if entry.evidence.indicators]
    _add(archive, layout.INDEX, tables.csv_chunks(INDEX, _index(evidence, titles)), tables.MIME)
    _add(archive, layout.GAPS, tables.csv_chunks(GAPS, _gaps(gaps, titles)), tables.MIME)
    _add(
        archive,
        layout.DIFFERENCES,
        tables.csv_chunks(coherence.HEADER, gathered.differences),
        tables.MIME,
    )
    counts = {
        "sessions": len(gathered.sessions),
        "people": gathered.people,
        "pieces": len(evidence),
        "gaps": len(gaps),
        "attendance_events": gathered.events,
        "differences": len(gathered.differences),
    }
    common: dict[str, Any] = {"up": "", "organisation": organisation, "referential": referential}
    _add(
        archive,
        layout.README,
        [pages.render("readme", scope=selection.sentence, excluded=EXCLUDED, **common).encode()],
        HTML,
    )
    index = pages.render(
        "index",
        scope=selection.sentence,
        totals=", ".join(
            [
                plural(counts["sessions"], "session"),
                plural(counts["people"], "personne formée", "personnes formées"),
                plural(counts["pieces"], "pièce"),
            ]
        ),
        in_force_since=format_day(referential.valid_from),
        gaps_total=plural(counts["gaps"], "manque ou relecture", "manques ou relectures"),
        indicator_tables=pages.indicator_tables(views, paths),
        session_table=pages.session_table(gathered.sessions),
        **common,
    )
    _add(archive, layout.HOME, [index.encode()], HTML)
    _add(archive, layout.STYLE, [_style()], "text/css; charset=utf-8")
    _add(archive, layout.VERIFIER, [(DATA / layout.VERIFIER).read_bytes()], TEXT)
    return counts


def _write_indicators(
    archive: PackArchive,
    views: Sequence[IndicatorView],
    referential: Referential,
    organisation: Organisation,
) -> dict[int, str]:
    files: dict[int, list[Entry]] = defaultdict(list)
    for entry in archive.entries:
        for number in entry.evidence.indicators:
            files[number].append(entry)
    paths = {}
    for view in views:
        number = view.indicator.number
        folder = layout.indicator_folder(view.indicator.criterion, number, view.indicator.title)
        paths[number] = f"{folder}/{layout.INDICATOR_PAGE}"
        page = pages.indicator(
            view,
            files[number],
            path=paths[number],
            organisation=organisation,
            referential=referential,
        )
        _add(archive, paths[number], [page.encode()], HTML)
    return paths


INDEX = [
    "indicateur",
    "intitule",
    "piece",
    "chemin",
    "date",
    "auteur",
    "version",
    "sha256",
    "etat",
    "session",
    "personne",
]


def _index(entries: Sequence[Entry], titles: dict[int, str]) -> Iterator[list[object]]:
    rows = ((number, entry) for entry in entries for number in entry.evidence.indicators)
    for number, entry in sorted(rows, key=lambda row: (row[0], row[1].path)):
        evidence = entry.evidence
        yield [
            number,
            titles.get(number, ""),
            evidence.title,
            entry.path,
            timezone.localdate(entry.created),
            evidence.author,
            evidence.version,
            entry.sha256,
            evidence.status,
            evidence.session,
            evidence.person,
        ]


GAPS = ["indicateur", "intitule", "session", "personne", "attendu", "etat", "constat", "depuis"]


def _gaps(items: Sequence[Item], titles: dict[int, str]) -> Iterator[list[object]]:
    for item in items:
        yield [
            item.indicator,
            titles.get(item.indicator, ""),
            item.session,
            item.person,
            item.expected,
            ItemState(item.state).label,
            item.proof,
            item.since,
        ]


JOURNAL = ["quand", "quoi", "objet", "identifiant", "session", "de", "a", "qui", "empreinte"]


def _journal(ids: Sequence[int]) -> Iterator[list[object]]:
    """The lines about the sessions; the actor is named by a number, reasons stay out."""
    lines = (
        JournalEntry.objects.filter(session__in=ids)
        .order_by("at", "pk")
        .values_list(
            "at",
            "verb",
            "object_type",
            "object_id",
            "session__code",
            "from_state",
            "to_state",
            "actor_id",
            "details_digest",
        )
    )
    for line in lines.iterator(chunk_size=1000):
        *before, actor, digest = line
        yield [*before, f"U{actor}" if actor else "", digest]


def _style() -> bytes:
    tokens = settings.BASE_DIR / "static" / "css" / "tokens.css"
    return tokens.read_bytes() + (DATA / "pack.css").read_bytes()


def _add(archive: PackArchive, path: str, chunks: Iterable[bytes], mime: str) -> None:
    archive.add(path, chunks, mime=mime, created=None, source="export")
