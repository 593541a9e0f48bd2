"""What the app publishes of all evidence, for those below to verify and to print."""

from certificates.domain.proofs import checking, publishing
from core.registry import publishes_evidence

publishes_evidence(
    heads=checking.published_heads,
    check=lambda roots: checking.faults(roots_kept=roots),
    note=publishing.note,
)
