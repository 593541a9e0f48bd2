"""Roots published each day, the leaves under them, and who else saw or dated them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.french import PARIS, format_day, format_time
from core.models.append_only import AppendOnlyModel

#: Hexadecimal signs of a root, or of a line, as printed.
SHORT = 16


class PublishedRoot(AppendOnlyModel):
    """The root of the tree over all evidence, one day: published, and bound to the one before.

    `line` hashes number, day, size, root and the line before: whoever keeps one line keeps all
    those before it. The tree only grows; `hashes` are the leaves added that day, in order, and
    `blocks` the roots of their blocks. `secret` salts the leaves, and is never published.
    """

    number = models.PositiveIntegerField("numéro", unique=True)
    day = models.DateField("jour", unique=True)
    previous = models.CharField("ligne précédente", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("taille de l’arbre")
    root = models.CharField("racine", max_length=64)
    line = models.CharField("empreinte de la ligne", max_length=64, unique=True)
    published_at = models.DateTimeField("publiée le", default=timezone.now)
    secret = models.CharField(max_length=64)
    hashes = models.BinaryField()
    blocks = models.BinaryField()

    class Meta:
        verbose_name = "racine publiée"
        verbose_name_plural = "racines publiées"
        ordering = ["number"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(number=1, previous="") | (Q(number__gt=1) & ~Q(previous="")),
                name="certificates_root_follows",
                violation_error_message="Chaque racine, sauf la première, porte la précédente.",
            ),
        ]

    def __str__(self) -> str:
        return f"Racine n° {self.number} du {format_day(self.day)}"

    @property
    def short(self) -> str:
        """The beginning of the root, as printed: « 3f9a 0c17 55e2 b1d4 »."""
        return " ".join(self.root[start : start + 4] for start in range(0, SHORT, 4))


class EvidenceLeaf(AppendOnlyModel):
    """One leaf of the tree: where a chain ended, or the hash of a file that was issued.

    `identifier` and `rank` say of what, to those who have it in hand: first event of the chain and
    number of its events; unique identifier of the document and 1. `subject_id` is the row it comes
    from (session, document), for us alone: it is not hashed.
    """

    root = models.ForeignKey(
        PublishedRoot, verbose_name="racine", on_delete=models.PROTECT, related_name="leaves"
    )
    index = models.PositiveBigIntegerField("place dans l’arbre", unique=True)
    kind = models.CharField("nature", max_length=30)
    identifier = models.UUIDField("identifiant")
    rank = models.PositiveIntegerField("rang")
    digest = models.CharField("empreinte", max_length=64)
    subject_id = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = "feuille de l’arbre des preuves"
        verbose_name_plural = "feuilles de l’arbre des preuves"
        ordering = ["index"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["kind", "subject_id", "rank"], name="certificates_leaf_subject")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "identifier", "rank"], name="certificates_leaf_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.identifier}, rang {self.rank}"


class RootTimestamp(AppendOnlyModel):
    """One request to a timestamp authority (RFC 3161) about a root: its token, or what failed.

    A root without a token is « non horodatée »; our own clock never stands in its place.
    """

    root = models.ForeignKey(
        PublishedRoot, verbose_name="racine", on_delete=models.PROTECT, related_name="timestamps"
    )
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    token = models.BinaryField("jeton d’horodatage", null=True, blank=True)
    stamped_at = models.DateTimeField("horodaté le", null=True, blank=True)
    authority = models.CharField("autorité d’horodatage", max_length=200, blank=True)
    error = models.CharField("erreur", max_length=200, blank=True)

    class Meta:
        verbose_name = "horodatage de racine"
        verbose_name_plural = "horodatages de racines"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["root"],
                condition=Q(token__isnull=False),
                name="certificates_root_stamped_once",
            ),
            models.CheckConstraint(
                condition=Q(token__isnull=False, stamped_at__isnull=False, error="")
                | (Q(token__isnull=True, stamped_at__isnull=True) & ~Q(error="")),
                name="certificates_root_timestamp_is_whole",
                violation_error_message="Un horodatage porte son jeton et sa date, ou son erreur.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.root} : {self.words.lower()}"

    @property
    def words(self) -> str:
        """« Horodatée le 14 janvier 2027 à 12 h 31, par … », or « Non horodatée »."""
        if self.stamped_at is None:
            return "Non horodatée"
        day, hour = format_day(self.stamped_at), format_time(self.stamped_at, zone=PARIS)
        return f"Horodatée le {day} à {hour}, par {self.authority}"


class WitnessSignature(AppendOnlyModel):
    """Another organisation's signature (Ed25519) of a line of ours: it saw it, and when."""

    root = models.ForeignKey(
        PublishedRoot, verbose_name="racine", on_delete=models.PROTECT, related_name="witnesses"
    )
    witness = models.CharField("témoin", max_length=50)
    public_key = models.CharField("clé publique", max_length=44)
    seen_at = models.DateTimeField("vue le, selon le témoin")
    signature = models.CharField("signature", max_length=88)
    received_at = models.DateTimeField("reçue le", default=timezone.now)

    class Meta:
        verbose_name = "signature de témoin"
        verbose_name_plural = "signatures de témoins"
        ordering = ["witness", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["root", "witness", "public_key"], name="certificates_witness_signs_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.root}, vue par {self.witness}"


class WitnessedRoot(AppendOnlyModel):
    """A line that another site published, as we saw and signed it: we are its witness."""

    site = models.CharField("site", max_length=200)
    number = models.PositiveIntegerField("numéro")
    line = models.CharField("empreinte de la ligne", max_length=64)
    seen_at = models.DateTimeField("vue le", default=timezone.now)
    signature = models.CharField("signature", max_length=88)

    class Meta:
        verbose_name = "racine d’un autre organisme"
        verbose_name_plural = "racines d’autres organismes"
        ordering = ["site", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="certificates_witnessed_once")
        ]

    def __str__(self) -> str:
        return f"{self.site}, n° {self.number}"
