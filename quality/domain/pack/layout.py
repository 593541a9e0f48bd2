"""Names of every folder and file of the pack: ASCII, no spaces, no person, fit for Windows.

A file name stays under 100 characters and a whole path under 200 (260 is the limit of Windows,
and the ZIP is unpacked into a folder with a path of its own). The budget: root 55,
`3_sessions/` 11, session 46, sub-folder 22, file 64.
"""

import datetime as dt
import hashlib
import re

from certificates import kinds
from core.text import folded

# --- The root -------------------------------------------------------------------------------------

README = "00_LISEZ-MOI.html"
HOME = "index.html"
INDEX = "index.csv"
GAPS = "manquants.csv"
DIFFERENCES = "coherence.csv"
MANIFEST = "manifest.json"
MANIFEST_SUM = "manifest.sha256"
STYLE = "style.css"
VERIFIER = "verify.py"
#: The roots published so far; in the folder of each session, the proofs against the last of them.
ROOTS = "racines.json"
PROOFS = "preuves.json"
JOURNAL = "9_journal/journal.csv"
BY_INDICATOR = "1_par_indicateur"
INDICATOR_PAGE = "fiche.html"
SESSIONS = "3_sessions"

# --- The folder of a session, in the order in which an auditor asks -------------------------------

SYNTHESIS = "00_synthese.html"
DESIGN = "01_conception"
CONTRACTS = "02_contractualisation"
CONVOCATIONS = "03_convocation"
POSITIONING = "04_positionnement"
ATTENDANCE = "05_emargement"
ATTENDANCE_EVENTS = f"{ATTENDANCE}/events.jsonl"
ATTENDANCE_REPORT = f"{ATTENDANCE}/verify.txt"
ASSESSMENTS = "06_evaluations"
SATISFACTION = "07_satisfaction"
CERTIFICATES = "08_attestations"
#: Sub-folder, indicators and short name by kind of document; any other goes with the contracts.
DOCUMENT_PLACES: dict[str, tuple[str, tuple[int, ...], str]] = {
    kinds.CERTIFICATE: (CERTIFICATES, (11,), "certificat"),
    kinds.ATTENDANCE_SHEET: (ATTENDANCE, (12, 19), "emargement"),
}


# --- Names that depend on what they hold ----------------------------------------------------------

ROOT_MAX, SESSION_MAX, FILE_MAX = 55, 45, 64
KEY_MAX = 22


#: A name does not end on one of these when it is cut.
_LITTLE_WORDS = frozenset(
    [
        "a",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "ou",
        "par",
        "pour",
        "que",
        "qui",
        "sur",
    ]
)


def ascii_slug(text: str, *, longest: int) -> str:
    """Lower-case ASCII words joined by hyphens, cut after a word that says something."""
    words = re.findall(r"[a-z0-9]+", folded(text).encode("ascii", "ignore").decode())
    kept: list[str] = []
    for word in words:
        if len("-".join([*kept, word])) > longest:
            break
        kept.append(word)
    if len(kept) < len(words):
        while len(kept) > 1 and kept[-1] in _LITTLE_WORDS:
            kept.pop()
    return "-".join(kept) or "".join(words[:1])[:longest]


def session_key(code: str) -> str:
    """The code of a session, fit for a file name, still unique."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", code).strip("-")
    if plain == code and len(code) <= KEY_MAX:
        return code
    digest = hashlib.sha256(code.encode()).hexdigest()[:6]
    return f"{plain[: KEY_MAX - 7]}-{digest}"


def session_folder(code: str, title: str, day: dt.date | None) -> str:
    """« S-2026-01_gouvernance-partagee_2026-09-14 »."""
    key, date = session_key(code), day.isoformat() if day else "sans-date"
    slug = ascii_slug(title, longest=SESSION_MAX - len(key) - len(date) - 2)
    return "_".join(filter(None, [key, slug, date]))


def file_name(
    indicator: int,
    what: str,
    code: str,
    *,
    person: str = "",
    version: int | None = None,
    day: dt.date | None = None,
    extension: str,
) -> str:
    """« I11_certificat_S-2026-01_A001_v1_2026-09-18.pdf »."""
    parts = [
        f"I{indicator:02d}",
        ascii_slug(what, longest=14),
        session_key(code),
        person,
        f"v{version}" if version else "",
        day.isoformat() if day else "",
    ]
    return "_".join(filter(None, parts)) + f".{extension}"


def root_folder(*, organisation: str, activity_number: str, grid: str, scope: str) -> str:
    """« QUALIOPI_ideal_52440000000_V10_2026-01-01_2026-11-23 »."""
    fixed = ["QUALIOPI", activity_number, grid, ascii_slug(scope, longest=22).upper()]
    left = ROOT_MAX - sum(len(part) + 1 for part in fixed if part)
    parts = [fixed[0], ascii_slug(organisation, longest=max(left, 5)), *fixed[1:]]
    return "_".join(filter(None, parts))


def scope_name(*, start: dt.date | None, end: dt.date | None, codes: tuple[str, ...]) -> str:
    """What the pack covers: one session, some sessions, or a period."""
    if len(codes) == 1:
        return codes[0]
    if codes:
        digest = hashlib.sha256("\n".join(sorted(codes)).encode()).hexdigest()[:6]
        return f"{len(codes)}-sessions-{digest}"
    return f"{start:%Y-%m-%d}-{end:%Y-%m-%d}" if start and end else "toutes"


def indicator_folder(criterion: int, number: int, title: str) -> str:
    """« 1_par_indicateur/C3/I11_evaluation-de-l-atteinte »."""
    return f"{BY_INDICATOR}/C{criterion}/I{number:02d}_{ascii_slug(title, longest=30)}"
