"""Documents issued once: their frozen facts, their number, their stored bytes."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from certificates import kinds
from certificates.enums import (
    CURRENT_STATES,
    PENDING_STATES,
    TRANSITIONS,
    VERIFIABLE_STATES,
    DocumentState,
    FileRole,
)
from core.downloads import safe_name
from core.models.append_only import AppendOnlyModel

#: Neither 0/o, 1/l nor i: the code is copied by hand from a printed page.
TOKEN_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 an alphabet, not a secret


TOKEN_LENGTH = 28


CHECK_CODE_LENGTH = 8


def new_token() -> str:
    """An unguessable word (138 bits) for the address of the verification page."""
    return "".join(secrets.choice(TOKEN_ALPHABET) for _rank in range(TOKEN_LENGTH))


class DocumentQuerySet(models.QuerySet["Document"]):
    """Filters of documents."""

    def pending(self) -> "DocumentQuerySet":
        """Number taken, file not there yet: queued or failed."""
        return self.filter(state__in=PENDING_STATES)

    def current(self) -> "DocumentQuerySet":
        """Those that stand for their subject: in preparation or in force."""
        return self.filter(state__in=CURRENT_STATES)

    def issued(self) -> "DocumentQuerySet":
        """In force: neither replaced nor revoked."""
        return self.filter(state=DocumentState.ISSUED)

    def verifiable(self) -> "DocumentQuerySet":
        """Those that a person may hold a copy of."""
        return self.filter(state__in=VERIFIABLE_STATES)


class DocumentCounter(models.Model):
    """The last number given, per kind and year; its row is the lock of the sequence."""

    kind = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "compteur de documents"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year"], name="certificates_counter_kind_year_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} : {self.last}"


class Document(models.Model):
    """One document of one kind about one subject. Its facts are frozen when it is asked for.

    What is printed comes from `context`, `number`, `issued_on`, `version` and `token` alone, so
    that a retry after a crash prints the same document. States change in `domain.issuing`.
    """

    transitions = TRANSITIONS

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("nature", max_length=40)
    year = models.PositiveSmallIntegerField("année", null=True, blank=True)
    sequence = models.PositiveIntegerField("rang dans l’année", null=True, blank=True)
    number = models.CharField("numéro", max_length=30, blank=True)
    version = models.PositiveSmallIntegerField("version", default=1)
    session = models.ForeignKey(
        "training.TrainingSession",
        verbose_name="session",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
    )
    enrolment = models.ForeignKey(
        "training.Enrolment",
        verbose_name="inscription",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
    )
    agreement = models.ForeignKey(
        "training.Agreement",
        verbose_name="accord",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
    )
    company = models.ForeignKey(
        "training.Company",
        verbose_name="entreprise",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
        help_text="Pour un document sur les seules personnes d’une entreprise.",
    )
    #: Which one, where a kind makes several about one subject: the month « 2026-11 »…
    variant = models.CharField("variante", max_length=40, blank=True)
    #: What the document is about, as one key: one document in force per kind and subject.
    subject_key = models.CharField(max_length=100)
    context = models.JSONField("faits figés")
    issued_on = models.DateField("daté du")
    token = models.CharField(
        max_length=TOKEN_LENGTH, unique=True, default=new_token, editable=False
    )
    state = models.CharField(
        "état",
        max_length=12,
        choices=DocumentState,
        default=DocumentState.QUEUED,
        editable=False,
    )
    supersedes = models.ForeignKey(
        "self",
        verbose_name="remplace",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="successors",
    )
    failure = models.CharField("cause de l’échec", max_length=500, blank=True, editable=False)
    reason = models.CharField(
        "motif",
        max_length=255,
        blank=True,
        editable=False,
        help_text="De la révocation, du remplacement ou de l’annulation du numéro.",
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField("demandé le", default=timezone.now, editable=False)
    issued_at = models.DateTimeField("émis le", null=True, blank=True, editable=False)
    superseded_at = models.DateTimeField("remplacé le", null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True, editable=False)
    voided_at = models.DateTimeField("numéro annulé le", null=True, blank=True, editable=False)
    purged_at = models.DateTimeField("effacé le", null=True, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        ordering = ["-requested_at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("issue_document", "Peut émettre, relancer et corriger un document"),
            ("revoke_document", "Peut révoquer un document"),
        ]
        indexes = [
            models.Index(fields=["session", "kind"], name="certificates_session_kind"),
            # The document that stands for a subject is looked up before each request: neither
            # partial unique index below covers all its states.
            models.Index(fields=["subject_key", "kind"], name="certificates_subject_kind"),
            models.Index(fields=["state", "requested_at"], name="certificates_state"),
            models.Index(fields=["-requested_at", "-id"], name="certificates_newest"),
            models.Index(fields=["kind", "issued_on"], name="certificates_kind_day"),
            models.Index(fields=["issued_on"], name="certificates_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year", "sequence"],
                name="certificates_number_given_once",
                violation_error_message="Ce numéro est déjà attribué.",
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="certificates_number_unique",
                violation_error_message="Ce numéro est déjà attribué.",
            ),
            models.CheckConstraint(
                condition=Q(number="", year__isnull=True, sequence__isnull=True)
                | (~Q(number="") & Q(year__isnull=False, sequence__isnull=False)),
                name="certificates_number_is_whole",
                violation_error_message="Un numéro se compose d’une année et d’un rang.",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_key"],
                condition=Q(state=DocumentState.ISSUED),
                name="certificates_one_in_force",
                violation_error_message="Un document de cette nature est déjà en vigueur.",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_key"],
                condition=Q(state__in=PENDING_STATES),
                name="certificates_one_pending",
                violation_error_message="Un document de cette nature est déjà en préparation.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[DocumentState.QUEUED, DocumentState.FAILED, DocumentState.VOIDED],
                    issued_at__isnull=True,
                )
                | Q(state__in=VERIFIABLE_STATES, issued_at__isnull=False),
                name="certificates_issued_has_date",
                violation_error_message="Un document émis porte la date de son émission.",
            ),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.FAILED) | ~Q(failure=""),
                name="certificates_failed_has_cause",
                violation_error_message="Un document en échec dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.SUPERSEDED) | Q(superseded_at__isnull=False),
                name="certificates_superseded_has_date",
                violation_error_message="Un document remplacé porte la date du remplacement.",
            ),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.REVOKED)
                | (Q(revoked_at__isnull=False) & ~Q(reason="")),
                name="certificates_revoked_has_reason",
                violation_error_message="Un document révoqué porte une date et un motif.",
            ),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.VOIDED)
                | (Q(voided_at__isnull=False) & ~Q(reason="")),
                name="certificates_voided_has_reason",
                violation_error_message="Un numéro annulé porte une date et un motif.",
            ),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.PURGED) | Q(purged_at__isnull=False),
                name="certificates_purged_has_date",
                violation_error_message="Un document effacé porte la date de l’effacement.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """« Certificat de réalisation CR-2026-0001 », « Feuille d’émargement, S-2026-01 »."""
        return (
            f"{self.title} {self.number}" if self.number else f"{self.title}, {self.subject_label}"
        )

    @property
    def title(self) -> str:
        """French name of the kind."""
        return kinds.get(self.kind).title

    @property
    def learner_name(self) -> str:
        """Who the document is about, a person or a company; empty for a whole session."""
        if self.enrolment:
            return str(self.enrolment.learner)
        return str(self.company) if self.company else ""

    @property
    def session_code(self) -> str:
        """Code of the session; empty for a document of no session."""
        return self.session.code if self.session else ""

    @property
    def seal_words(self) -> str:
        """Which seal it carries: « Organisme, horodaté » ; empty for none."""
        seal = getattr(self, "seal", None)
        return seal.words if seal else ""

    @property
    def company_name(self) -> str:
        """The company that it concerns: its own, the employer's, the buyer's; empty for none."""
        employer = self.enrolment.employer if self.enrolment else None
        buyer = self.agreement.company if self.agreement else None
        return str(self.company or employer or buyer or "")

    @property
    def check_code(self) -> str:
        """The beginning of the token, as printed: « ABCD-EFGH »."""
        code = self.token[:CHECK_CODE_LENGTH].upper()
        return f"{code[:4]}-{code[4:]}"

    @property
    def file_name(self) -> str:
        """Name of the downloaded file: the number, never a person's name."""
        stem = self.number or f"{kinds.get(self.kind).slug}-{self.subject_label}"
        return safe_name(f"{stem}.pdf")

    @property
    def subject_label(self) -> str:
        """What the document is about, without a person's name: its session or its agreement."""
        if self.agreement:
            return self.agreement.reference
        return self.session.code if self.session else str(self.uuid)[:8]


class DocumentFile(AppendOnlyModel):
    """Stored bytes of a document. Written once; several rows of a measurement may share a key."""

    document = models.ForeignKey(
        Document, verbose_name="document", on_delete=models.PROTECT, related_name="files"
    )
    role = models.CharField("rôle", max_length=10, choices=FileRole, default=FileRole.ISSUED)
    key = models.CharField("clé du stockage privé", max_length=255)
    sha256 = models.CharField("empreinte", max_length=64)
    size = models.PositiveIntegerField("taille en octets")
    stored_at = models.DateTimeField("conservé le", default=timezone.now)

    class Meta:
        verbose_name = "fichier de document"
        verbose_name_plural = "fichiers de documents"
        ordering = ["document", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["sha256"], name="certificates_file_sha256")]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "role"],
                condition=Q(role__in=[FileRole.ISSUED, FileRole.SIGNED]),
                name="certificates_one_file_per_role",
                violation_error_message="Ce document a déjà son fichier.",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="certificates_file_not_empty",
                violation_error_message="Un fichier conservé n’est jamais vide.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}, {self.get_role_display()}"
