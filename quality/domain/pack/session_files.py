"""The folder of one session: each piece once, in the order in which an auditor asks for them."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.core.files.storage import storages
from django.utils import timezone

from certificates import kinds
from certificates.enums import DocumentState, FileRole
from certificates.models import Document
from quality.domain.facts import SessionFacts, satisfaction
from quality.domain.items import Item
from quality.domain.pack import names, pages, session_rows, tables
from quality.domain.pack.archive import Entry, Evidence, PackArchive, in_chunks
from quality.enums import ItemState
from training.domain import attendance
from training.domain.canonical import canonical_json
from training.models import Message

JSON, JSONL, TEXT, HTML, PDF = (
    "application/json",
    "application/jsonl",
    "text/plain; charset=utf-8",
    "text/html; charset=utf-8",
    "application/pdf",
)
#: Sub-folder, indicators and short name by kind of document; any other goes with the contracts.
DOCUMENT_PLACES: dict[str, tuple[str, tuple[int, ...], str]] = {
    kinds.CERTIFICATE: ("08_attestations", (11,), "certificat"),
    kinds.ATTENDANCE_SHEET: ("05_emargement", (12, 19), "emargement"),
}
PARIS = ZoneInfo("Europe/Paris")


class SessionFolder:
    """Writes everything kept about one session; what could not be written is in `lost`."""

    def __init__(self, archive: PackArchive, facts: SessionFacts) -> None:
        self.archive = archive
        self.facts = facts
        self.session = facts.session
        day = timezone.localdate(facts.starts_at) if facts.starts_at else None
        name = names.session_folder(facts.session.code, facts.session.title, day)
        self.path = f"3_sessions/{name}"
        self.entries: list[Entry] = []
        self.lost: list[Item] = []

    def write(self) -> None:
        """Every sub-folder that has something in it, in order."""
        documents = [item for item in self.facts.documents if item.state == DocumentState.ISSUED]
        self._design()
        self._agreements()
        self._convocations()
        self._positioning()
        self._attendance()
        self._assessments()
        self._satisfaction()
        for document in documents:
            self._document(document)

    def write_synthesis(self, items: list[Item], title: str) -> Entry:
        """The page that shows all of it: who has what, the files, the gaps."""
        return self._add(
            "00_synthese.html",
            [pages.synthesis(self.facts, items, self.entries, self.path, title).encode()],
            mime=HTML,
            created=None,
            title="Synthèse de la session",
        )

    # --- 01 to 04 ---------------------------------------------------------------------------------

    def _design(self) -> None:
        version = self.session.programme_version
        for mime, extension, content, title in (
            # The canonical form: its SHA-256 is the fingerprint taken on the day of publication.
            (JSON, "json", canonical_json(version.content), "données figées"),
            (HTML, "html", pages.programme(self.facts).encode(), "tel que vendu"),
        ):
            self._add_dated(
                "01_conception",
                "programme",
                [content],
                mime=mime,
                extension=extension,
                created=version.published_at,
                title=f"Programme, {title}",
                indicators=(1, 5, 6),
                version=str(version.number),
            )
        if self.facts.trainers:
            self._add_dated(
                "01_conception",
                "intervenants",
                [pages.trainers(self.facts).encode()],
                mime=HTML,
                extension="html",
                created=self.facts.starts_at,
                title="Personnes formatrices, titres et références",
                indicators=(17, 18, 21),
            )

    def _agreements(self) -> None:
        signed = [item.signed_on for item in self.facts.agreements if item.signed_on]
        self._table(
            "02_contractualisation",
            "accords",
            session_rows.AGREEMENTS,
            session_rows.agreement_rows(self.facts),
            created=_noon(max(signed)) if signed else None,
            title="Accords, état et dates de signature",
            indicators=(9,),
        )

    def _convocations(self) -> None:
        for enrolment in self.facts.enrolments:
            for message in self.facts.convocations[enrolment.pk]:
                # A body that carried a personal link was blanked once sent, and proves nothing.
                if message.sent_at is None or message.is_secret:
                    continue
                self._add_dated(
                    "03_convocation",
                    "convocation",
                    [_letter(message).encode()],
                    mime=TEXT,
                    extension="txt",
                    person=self.facts.person_codes[enrolment.pk],
                    rank=message.pk,
                    created=message.sent_at,
                    title="Convocation ou confirmation envoyée",
                    indicators=(9,),
                    source=f"message {message.uuid}",
                )

    def _positioning(self) -> None:
        rows = session_rows.positioning_rows(self.facts)
        self._table(
            "04_positionnement",
            "positionnement",
            session_rows.POSITIONING,
            rows,
            created=max((row[1] for row in rows), default=None),
            title="Besoins et positionnement, dates des réponses",
            indicators=(4, 8),
        )
        self._table(
            "04_positionnement",
            "amenagements",
            session_rows.ADAPTATIONS,
            session_rows.adaptation_rows(self.facts),
            created=max((item.requested_at for item in self.facts.adaptations), default=None),
            title="Aménagements, suites et dates",
            indicators=(10,),
        )

    # --- 05 to 08 ---------------------------------------------------------------------------------

    def _attendance(self) -> None:
        if self.facts.events:
            report = attendance.verify_chain(session=self.session)
            if not report.ok:
                self.facts.chain_fault = f"à examiner ({report.message})"
            for name, chunks, mime, title in (
                ("events.jsonl", session_rows.event_lines(self.facts), JSONL, "Émargement chaîné"),
                (
                    "verify.txt",
                    [f"{report.message}\n".encode()],
                    TEXT,
                    "Émargement, vérification à l’export",
                ),
            ):
                self._add(
                    f"05_emargement/{name}",
                    chunks,
                    mime=mime,
                    created=self.facts.ends_at,
                    title=title,
                    indicators=(12, 19),
                )
        self._table(
            "05_emargement",
            "presences",
            session_rows.PRESENCES,
            list(session_rows.presence_rows(self.facts)),
            created=self.facts.ends_at,
            title="Présences et absences par demi-journée",
            indicators=(12, 19),
        )

    def _assessments(self) -> None:
        rows = session_rows.assessment_rows(self.facts)
        self._table(
            "06_evaluations",
            "resultats",
            session_rows.ASSESSMENTS,
            rows,
            created=max((row[4] for row in rows), default=None),
            title="Résultats par personne et par objectif",
            indicators=(11,),
        )

    def _satisfaction(self) -> None:
        invitations = satisfaction(self.facts)
        if not invitations:
            return
        answered = [item.response for item in invitations if hasattr(item, "response")]
        sent_at = max(item.created_at for item in invitations)
        last = max((item.submitted_at for item in answered), default=sent_at)
        self._table(
            "07_satisfaction",
            "synthese",
            session_rows.SUMMARY,
            session_rows.satisfaction_rows(self.facts),
            created=last,
            title="Satisfaction, taux et mode de calcul",
            indicators=(30,),
        )
        self._table(
            "07_satisfaction",
            "reponses",
            session_rows.ANSWERS,
            session_rows.answer_rows(self.facts) if answered else [],
            created=last,
            title="Satisfaction, réponses sans lien avec les personnes",
            indicators=(30,),
        )

    def _document(self, document: Document) -> None:
        folder, indicators, what = DOCUMENT_PLACES.get(
            document.kind, ("02_contractualisation", (9,), document.kind)
        )
        person = self.facts.person_codes.get(document.enrolment_id or 0, "")
        stored = [item for item in self.facts.files[document.pk] if item.role != FileRole.SCAN]
        stored.sort(key=lambda item: (item.role == FileRole.SIGNED, item.pk))
        content = _opened(stored[-1].key) if stored else None
        if content is None:
            self._note_lost(document, indicators, person, "Fichier absent")
            return
        entry = self._add_dated(
            folder,
            what,
            content,
            mime=PDF,
            extension="pdf",
            person=person,
            version=str(document.version),
            rank=document.pk,
            created=document.issued_at,
            title=_title(document),
            indicators=indicators,
            status=document.get_state_display(),
            source=f"document {document.uuid}",
            size_hint=stored[-1].size,
        )
        if entry.sha256 != stored[-1].sha256:
            self._note_lost(document, indicators, person, "Fichier modifié depuis son émission")

    def _note_lost(
        self, document: Document, indicators: tuple[int, ...], person: str, proof: str
    ) -> None:
        self.lost.append(
            Item(
                indicator=indicators[0],
                code="stored_file",
                state=ItemState.MISSING,
                expected=f"Fichier conservé intact : {_title(document)}",
                proof=proof,
                since=document.issued_on,
                session=self.session.code,
                person=person,
                enrolment_id=document.enrolment_id,
                mend="documents",
            )
        )

    # --- Writing ----------------------------------------------------------------------------------

    def _table(
        self,
        folder: str,
        what: str,
        header: list[str],
        rows: list[session_rows.Row],
        *,
        created: dt.datetime | None,
        title: str,
        indicators: tuple[int, ...],
    ) -> None:
        if rows:
            self._add_dated(
                folder,
                what,
                tables.csv_chunks(header, rows),
                mime=tables.MIME,
                extension="csv",
                created=created,
                title=title,
                indicators=indicators,
            )

    def _add_dated(
        self,
        folder: str,
        what: str,
        chunks: Iterable[bytes],
        *,
        extension: str,
        created: dt.datetime | None,
        indicators: tuple[int, ...],
        person: str = "",
        version: str = "",
        rank: int | None = None,
        **options: Any,
    ) -> Entry:
        """One file under its standard name; `rank` tells apart two of the same name."""
        name = names.file_name(
            indicators[0],
            what,
            self.session.code,
            person=person,
            version=int(version) if version else None,
            day=timezone.localdate(created) if created else None,
            extension=extension,
        )
        if self.archive.holds(f"{self.path}/{folder}/{name}"):
            name = name.removesuffix(f".{extension}") + f"_{rank}.{extension}"
        return self._add(
            f"{folder}/{name}",
            chunks,
            created=created,
            indicators=indicators,
            person=person,
            version=version,
            **options,
        )

    def _add(
        self,
        path: str,
        chunks: Iterable[bytes],
        *,
        mime: str,
        created: dt.datetime | None,
        title: str,
        indicators: tuple[int, ...] = (),
        person: str = "",
        version: str = "",
        status: str = "",
        source: str = "",
        size_hint: int = 0,
    ) -> Entry:
        entry = self.archive.add(
            f"{self.path}/{path}",
            chunks,
            mime=mime,
            created=created,
            source=source or f"session {self.session.code}",
            size_hint=size_hint,
            evidence=Evidence(
                title=title,
                indicators=indicators,
                session=self.session.code,
                person=person,
                author="Organisme de formation" if indicators else "",
                version=version,
                status=status,
            ),
        )
        self.entries.append(entry)
        return entry


def _letter(message: Message) -> str:
    sent = timezone.localtime(message.sent_at)
    return (
        f"Objet : {message.subject}\nDestinataire : {message.to_name}\n"
        f"Par : {message.get_channel_display()}\nEnvoyé le : {sent:%d/%m/%Y à %H:%M}\n"
        f"Identifiant : {message.uuid}\n\n{message.body_text}"
    )


def _title(document: Document) -> str:
    try:
        name = kinds.get(document.kind).title
    except LookupError:
        # The room that registered this kind is gone; its documents are still evidence.
        name = document.kind
    return f"{name} {document.number}".strip()


def _opened(key: str) -> Iterator[bytes] | None:
    """The bytes stored under a key; None when they are not there any more."""
    try:
        stream = storages["private"].open(key)
        first = stream.read(64 * 1024)
    except OSError:
        return None
    return _closing(stream, first)


def _closing(stream: IO[bytes], first: bytes) -> Iterator[bytes]:
    with stream:
        yield from chain([first], in_chunks(stream))


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=PARIS)
