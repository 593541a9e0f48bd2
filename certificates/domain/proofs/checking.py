"""Does the database still agree with what was published? Every root computed again.

Whoever holds the whole database could compute leaves and roots again as well: against that stands
a list of roots kept elsewhere (`roots`), which this compares with ours.
"""

from collections.abc import Iterator

from django.conf import settings

from certificates.domain.proofs import published, records, sources
from certificates.domain.proofs.merkle import Frontier
from certificates.domain.proofs.proving import chain_leaves
from certificates.domain.proofs.publishing import roots
from certificates.domain.proofs.witnesses import is_signed
from certificates.models import EvidenceLeaf, PublishedRoot, RootTimestamp, WitnessSignature
from core.domain import timestamping
from core.french import format_day
from core.registry import PublishedHead


def faults(*, roots_kept: bytes | None = None) -> list[str]:
    """What no longer agrees with the published roots, in French sentences without a final stop.

    `roots_kept`: the content of a `racines.json` kept elsewhere.
    """
    return [
        *(_against(roots_kept) if roots_kept is not None else ()),
        *tree_faults(),
        *(fault.sentence for fault in evidence_faults()),
    ]


def evidence_faults() -> Iterator[sources.Fault]:
    """The leaves that chains and documents no longer agree with."""
    for source in sources.registered():
        yield from source.faults()


def published_heads(session_id: int) -> list[PublishedHead]:
    """Where the chain of a session ended at each root that covers more of it than the last."""
    return [
        PublishedHead(
            sequence=leaf.rank,
            hash=leaf.digest,
            first_id=leaf.identifier,
            words=f"la racine publiée le {format_day(leaf.root.day)}",
        )
        for leaf in chain_leaves([session_id])
    ]


def tree_faults() -> Iterator[str]:
    """Every root that its leaves, or what dates and witnesses it, do not give again."""
    tree, previous, size = Frontier(), "", 0
    stored = PublishedRoot.objects.order_by("number").iterator(chunk_size=20)
    for number, root in enumerate(stored, start=1):
        wrong = _wrong_root(root, tree, previous=previous, size=size, number=number)
        if wrong:
            yield f"la racine n° {root.number} du {format_day(root.day)} : {wrong}"
            return
        previous, size = root.line, root.size
    yield from _token_faults()
    yield from _witness_faults()


def _wrong_root(
    root: PublishedRoot, tree: Frontier, *, previous: str, size: int, number: int
) -> str:
    """Why a root is not that of its leaves; empty when it is. The tree then covers its day."""
    if root.number != number:
        return "une racine manque avant elle"
    if root.previous != previous:
        return "elle ne suit pas la précédente"
    columns = ("index", "kind", "identifier", "rank", "digest")
    leaves = EvidenceLeaf.objects.filter(root=root).order_by("index").values_list(*columns)
    places = {
        index: records.leaf_hash(
            secret=root.secret, kind=kind, identifier=identifier, rank=rank, digest=digest
        )
        for index, kind, identifier, rank, digest in leaves.iterator(chunk_size=2000)
    }
    hashes = records.padded(list(places.values()), secret=root.secret)
    if root.size != size + len(hashes) or any(
        not 0 <= index - size < len(hashes) or hashes[index - size] != leaf
        for index, leaf in places.items()
    ):
        return "ses feuilles ont été modifiées, ôtées ou ajoutées"
    blocks = records.blocks_of(hashes)
    for block in blocks:
        tree.append(block)
    if tree.root().hex() != root.root:
        return "elle n’est pas celle de ses feuilles"
    if b"".join(hashes) != bytes(root.hashes) or b"".join(blocks) != bytes(root.blocks):
        return "ses empreintes gardées ont été modifiées"
    if records.line_of(records.line_record(root)) != root.line:
        return "sa ligne a été modifiée"
    return ""


def _token_faults() -> Iterator[str]:
    stamps = RootTimestamp.objects.filter(token__isnull=False).select_related("root")
    for stamp in stamps.defer("root__hashes", "root__blocks").order_by("pk"):
        what = f"l’horodatage de la racine n° {stamp.root.number}"
        try:
            said = timestamping.read_token(
                bytes(stamp.token or b""), digest=bytes.fromhex(stamp.root.line)
            )
        except timestamping.TimestampError:
            yield f"{what} n’est pas valable"
            continue
        if said.at != stamp.stamped_at:
            yield f"{what} dit une autre date"
        elif settings.TIMESTAMP_CA_FILE and not said.trusted:
            yield f"{what} vient d’une autorité dont personne de connu ne répond"


def _witness_faults() -> Iterator[str]:
    rows = WitnessSignature.objects.select_related("root").defer("root__hashes", "root__blocks")
    for row in rows.order_by("pk"):
        if not is_signed(
            public_key=row.public_key,
            signature=row.signature,
            witness=row.witness,
            number=row.root.number,
            line=row.root.line,
            seen_at=row.seen_at,
        ):
            yield f"la signature du témoin {row.witness} ne va pas à la racine n° {row.root.number}"


def _against(kept: bytes) -> Iterator[str]:
    """How our roots differ from a list kept elsewhere, which may end before ours."""
    try:
        lines = published.read_list(kept)
    except published.ListError as error:
        yield f"la liste donnée ne peut pas servir : {error}"
        return
    ours = dict(roots().values_list("number", "line"))
    for line in lines:
        number = line["number"]
        if number not in ours:
            yield (
                f"la racine n° {number} du {line['date']}, dans la liste gardée ailleurs, "
                "manque ici"
            )
        elif ours[number] != line["line"]:
            yield (
                f"la racine n° {number} du {line['date']} n’est pas celle de la liste gardée "
                "ailleurs : ce qu’elle couvrait a été récrit"
            )
            return
