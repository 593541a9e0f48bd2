"""Published roots as screens list them: each with who dated it and who saw it."""

from dataclasses import dataclass

from certificates.domain.proofs.publishing import roots
from certificates.domain.proofs.stamping import timestamps_of
from certificates.models import PublishedRoot, RootTimestamp, WitnessSignature


@dataclass(frozen=True, kw_only=True)
class Row:
    """One root of the list."""

    root: PublishedRoot
    #: The timestamp, else the last request that failed; None when none was made.
    timestamp: RootTimestamp | None
    witnesses: list[WitnessSignature]

    @property
    def is_stamped(self) -> bool:
        """Whether an authority dated it."""
        return self.timestamp is not None and self.timestamp.token is not None

    @property
    def stamp_words(self) -> str:
        """« Horodatée le … », or « Non horodatée »."""
        return self.timestamp.words if self.timestamp else "Non horodatée"


def years() -> list[int]:
    """The years that have roots, newest first."""
    return [day.year for day in roots().order_by("-day").dates("day", "year", order="DESC")]


def rows(*, year: int) -> list[Row]:
    """The roots of a year, newest first: three queries whatever their number."""
    found = list(roots().filter(day__year=year).order_by("-number"))
    stamps = timestamps_of(found)
    witnesses: dict[int, list[WitnessSignature]] = {}
    for signature in WitnessSignature.objects.filter(root__in=[root.pk for root in found]):
        witnesses.setdefault(signature.root_id, []).append(signature)
    return [
        Row(root=root, timestamp=stamps.get(root.pk), witnesses=witnesses.get(root.pk, []))
        for root in found
    ]
