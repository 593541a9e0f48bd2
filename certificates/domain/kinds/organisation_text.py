"""Règlement intérieur, livret d'accueil, conditions générales: a version, as a plain print.

The text and its versions belong to `DocumentTemplate`; the print proves nothing by itself.
"""

from functools import partial
from typing import Any

from certificates import kinds
from certificates.domain.kinds import samples, text_blocks
from certificates.domain.kinds.document_facts import organisation_facts
from certificates.domain.rendering import plain_prints
from certificates.enums import SignedBy, Subject, TextSlug
from certificates.models import DocumentTemplate
from core.french import format_day
from core.models import Organisation

#: Text → kind of document.
KINDS = {
    TextSlug.INTERNAL_RULES: kinds.INTERNAL_RULES,
    TextSlug.WELCOME_BOOKLET: kinds.WELCOME_BOOKLET,
    TextSlug.GENERAL_TERMS: kinds.GENERAL_TERMS,
}


def context(*, text: DocumentTemplate) -> dict[str, Any]:
    """The facts of one version."""
    return build(
        organisation=organisation_facts(Organisation.load()),
        title=text.get_slug_display(),
        number=text.number,
        in_force=f"en vigueur à partir du {format_day(text.in_force_from)}",
        body=text.body,
    )


def build(
    *, organisation: dict[str, Any], title: str, number: int, in_force: str, body: str
) -> dict[str, Any]:
    """The context from plain values, for a real version and for the sample alike."""
    return {
        "organisation": organisation,
        "title": title,
        "reference": f"version {number}",
        "in_force": in_force,
        "blocks": [dict(block) for block in text_blocks.blocks(body)],
    }


def pdf(text: DocumentTemplate) -> bytes:
    """The print of a version, kept in the cache."""
    return plain_prints.render_once(
        kind=KINDS[TextSlug(text.slug)], facts=context(text=text), on=text.in_force_from
    )


def _sample(title: str) -> dict[str, Any]:
    article = (
        "## Article {rank}. Ce qui vaut pour toute personne accueillie\n\n"
        "Chaque personne veille à sa sécurité et à celle des autres : elle suit les consignes, "
        "signale ce qui menace, et n’entre pas là où c’est interdit « sauf accord écrit ».\n\n"
        "- Phương-Thảo répond des consignes du matin.\n"
        "- Gwenc’hlan de Kergariou-Penn ar C’hoadoù répond de celles du soir.\n\n"
        "Ce qui n’est pas prévu ici se décide ensemble, par écrit, sans jamais retirer un droit à "
        "quelqu’un. Les personnes de passage lisent ce texte à leur arrivée.\n"
    )
    return build(
        organisation=samples.ORGANISATION,
        title=title,
        number=12,
        in_force="en vigueur à partir du 1er septembre 2026",
        body="\n".join(article.format(rank=rank) for rank in range(1, 13)),
    )


for slug, code in KINDS.items():
    kinds.register(
        kinds.DocumentKind(
            code=code,
            title=str(slug.label),
            slug=str(slug.value),
            template="certificates/pdf/text.html",
            context=context,
            sample=partial(_sample, str(slug.label)),
            about=Subject.OTHER,
            is_proof=False,
            signed_by=SignedBy.NOBODY,
        )
    )
