"""The folder of one session: each piece once, in the order in which an auditor asks for them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from attendance.domain import verification
from certificates import kinds
from certificates.enums import DocumentState, FileRole
from certificates.models import Document
from core.domain.canonical import canonical_json
from core.french import PARIS
from core.models import Message
from quality.domain.audited_sessions import AuditedSession, satisfaction
from quality.domain.items import Item
from quality.domain.pack import layout, pages, session_rows, tables
from quality.domain.pack.archive import HTML, JSON, JSONL, PDF, TEXT, Entry, Evidence, PackArchive
from quality.domain.pack.stored_files import opened
from quality.enums import ItemState


class SessionFolder:
    """Writes everything kept about one session; what could not be written is in `lost`."""

    def __init__(self, archive: PackArchive, audited: AuditedSession) -> None:
        self.archive = archive
        self.audited = audited
        self.session = audited.session
        day = timezone.localdate(audited.starts_at) if audited.starts_at else None
        name = layout.session_folder(audited.session.code, audited.session.title, day)
        self.path = f"{layout.SESSIONS}/{name}"
        self.entries: list[Entry] = []
        self.lost: list[Item] = []

    def write(self) -> None:
        """Every sub-folder that has something in it, in order."""
        documents = [item for item in self.audited.documents if item.state == DocumentState.ISSUED]
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
            layout.SYNTHESIS,
            [pages.synthesis(self.audited, items, self.entries, self.path, title).encode()],
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
            (HTML, "html", pages.programme(self.audited).encode(), "tel que vendu"),
        ):
            self._add_dated(
                layout.DESIGN,
                "programme",
                [content],
                mime=mime,
                extension=extension,
                created=version.published_at,
                title=f"Programme, {title}",
                indicators=(1, 5, 6),
                version=str(version.number),
            )
        if self.audited.trainers:
            self._add_dated(
                layout.DESIGN,
                "intervenants",
                [pages.trainers(self.audited).encode()],
                mime=HTML,
                extension="html",
                created=self.audited.starts_at,
                title="Personnes formatrices, titres et références",
                indicators=(17, 18, 21),
            )

    def _agreements(self) -> None:
        signed = [item.signed_on for item in self.audited.agreements if item.signed_on]
        self._table(
            layout.CONTRACTS,
            "accords",
            session_rows.AGREEMENTS,
            session_rows.agreement_rows(self.audited),
            created=_noon(max(signed)) if signed else None,
            title="Accords, état et dates de signature",
            indicators=(9,),
        )

    def _convocations(self) -> None:
        for enrolment in self.audited.enrolments:
            for message in self.audited.convocations[enrolment.pk]:
                # A body that carried a personal link was blanked once sent, and proves nothing.
                if message.sent_at is None or message.is_secret:
                    continue
                self._add_dated(
                    layout.CONVOCATIONS,
                    "convocation",
                    [_letter(message).encode()],
                    mime=TEXT,
                    extension="txt",
                    person=self.audited.person_codes[enrolment.pk],
                    rank=message.pk,
                    created=message.sent_at,
                    title="Convocation ou confirmation envoyée",
                    indicators=(9,),
                    source=f"message {message.uuid}",
                )

    def _positioning(self) -> None:
        rows = session_rows.positioning_rows(self.audited)
        self._table(
            layout.POSITIONING,
            "positionnement",
            session_rows.POSITIONING,
            rows,
            created=max((row[1] for row in rows), default=None),
            title="Besoins et positionnement, dates des réponses",
            indicators=(4, 8),
        )
        self._table(
            layout.POSITIONING,
            "amenagements",
            session_rows.ADAPTATIONS,
            session_rows.adaptation_rows(self.audited),
            created=max((item.requested_at for item in self.audited.adaptations), default=None),
            title="Aménagements, suites et dates",
            indicators=(10,),
        )

    # --- 05 to 08 ---------------------------------------------------------------------------------

    def _attendance(self) -> None:
        if self.audited.events:
            report = verification.verify_chain(session=self.session)
            if not report.ok:
                self.audited.chain_fault = f"à examiner ({report.message})"
            for path, chunks, mime, title in (
                (
                    layout.ATTENDANCE_EVENTS,
                    session_rows.event_lines(self.audited),
                    JSONL,
                    "Émargement chaîné",
                ),
                (
                    layout.ATTENDANCE_REPORT,
                    [f"{report.message}\n".encode()],
                    TEXT,
                    "Émargement, vérification à l’export",
                ),
            ):
                self._add(
                    path,
                    chunks,
                    mime=mime,
                    created=self.audited.ends_at,
                    title=title,
                    indicators=(12, 19),
                )
        self._table(
            layout.ATTENDANCE,
            "presences",
            session_rows.PRESENCES,
            list(session_rows.presence_rows(self.audited)),
            created=self.audited.ends_at,
            title="Présences et absences par demi-journée",
            indicators=(12, 19),
        )

    def _assessments(self) -> None:
        rows = session_rows.assessment_rows(self.audited)
        self._table(
            layout.ASSESSMENTS,
            "resultats",
            session_rows.ASSESSMENTS,
            rows,
            created=max((row[4] for row in rows), default=None),
            title="Résultats par personne et par objectif",
            indicators=(11,),
        )

    def _satisfaction(self) -> None:
        invitations = satisfaction(self.audited)
        if not invitations:
            return
        answered = [item.response for item in invitations if hasattr(item, "response")]
        sent_at = max(item.created_at for item in invitations)
        last = max((item.submitted_at for item in answered), default=sent_at)
        self._table(
            layout.SATISFACTION,
            "synthese",
            session_rows.SUMMARY,
            session_rows.satisfaction_rows(self.audited),
            created=last,
            title="Satisfaction, taux et mode de calcul",
            indicators=(30,),
        )
        self._table(
            layout.SATISFACTION,
            "reponses",
            session_rows.ANSWERS,
            session_rows.answer_rows(self.audited) if answered else [],
            created=last,
            title="Satisfaction, réponses sans lien avec les personnes",
            indicators=(30,),
        )

    def _document(self, document: Document) -> None:
        folder, indicators, what = layout.DOCUMENT_PLACES.get(
            document.kind, (layout.CONTRACTS, (9,), document.kind)
        )
        person = self.audited.person_codes.get(document.enrolment_id or 0, "")
        stored = [item for item in self.audited.files[document.pk] if item.role != FileRole.SCAN]
        stored.sort(key=lambda item: (item.role == FileRole.SIGNED, item.pk))
        content = opened(stored[-1].key) if stored else None
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
                resolved_on="documents",
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
        name = layout.file_name(
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
        # The app that registered this kind is gone; its documents are still evidence.
        name = document.kind
    return f"{name} {document.number}".strip()


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=PARIS)
