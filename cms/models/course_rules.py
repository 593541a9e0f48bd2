"""What the texts of a course say of it: no prerequisite, a registered certification, a claim."""

import datetime as dt
import re
from typing import TYPE_CHECKING

from cms.models.wording import REGISTERED_CODE, claims, watched_on
from training.plain_text import plain_words

if TYPE_CHECKING:
    from cms.models.course import CoursePage

SENTENCE = re.compile(r"[.;!\n]")
NO_PREREQUISITES = {
    "aucun",
    "aucun prerequis",
    "aucun pre requis",
    "aucun prerequis particulier",
    "aucun prerequis n est demande",
    "aucun prerequis n est necessaire",
    "pas de prerequis",
    "sans prerequis",
}


def says_no_prerequisites(text: str) -> bool:
    """Whether the first sentence says that there is none: « Aucun prérequis. Venir à deux… »."""
    first = SENTENCE.split(text.strip(), maxsplit=1)[0]
    return " ".join(plain_words(first)) in NO_PREREQUISITES


def names_registered_code(page: "CoursePage") -> bool:
    """Whether the course leads to a certification of the RNCP or of the RS, by its code."""
    recorded = page.programme.certification_code if page.programme else ""
    return bool(recorded or REGISTERED_CODE.search(page.certification))


def unregistered_claims(page: "CoursePage", *, on: dt.date) -> list[str]:
    """Watched expressions that the page claims without a registered certification.

    Consumer code, L121-2: what suggests a recognition that does not exist
    misleads.
    """
    if names_registered_code(page):
        return []
    content = page.as_programme_content()
    texts = [page.introduction, page.seo_title, page.search_description]
    for value in content.values():
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, list):
            texts += [item["text"] if isinstance(item, dict) else str(item) for item in value]
    return claims(texts, watched_on(on))


def unexplained_claims(page: "CoursePage", *, on: dt.date) -> list[str]:
    """Claims that no reason covers: none was given, or it was given for other expressions."""
    found = unregistered_claims(page, on=on)
    reason = page.wording_reason.strip()
    if not reason:
        return found
    if reason != page.wording_record.get("reason"):
        return []  # a new reason, for what the page says now
    return [words for words in found if words not in page.wording_record.get("words", [])]


def refusal_of(claimed: list[str]) -> str:
    """The sentence told to whoever publishes."""
    listed = ", ".join(f"«\u00a0{words}\u00a0»" for words in claimed)
    return (
        f"La page dit {listed} alors qu’elle ne mène à aucune certification enregistrée (RNCP ou "
        "RS)\u202f: corrigez le texte, ou écrivez pourquoi ce n’est pas trompeur."
    )
