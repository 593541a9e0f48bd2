"""Which column of a file is what, whatever the accents, the case and the order."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.exceptions import DomainError
from exchange.domain.registers import values


@dataclass(frozen=True)
class Column:
    """A column we know: its name here, its heading in our template, other headings accepted."""

    name: str
    label: str
    synonyms: tuple[str, ...] = ()
    needed: bool = False


COLUMNS = (
    Column("session", "Session", ("code session", "code de session", "n session")),
    Column("title", "Civilité", ("titre", "genre")),
    Column("last_name", "Nom", ("nom d usage", "nom de famille", "nom usuel"), needed=True),
    Column("birth_name", "Nom de naissance", ("nom de jeune fille",)),
    Column("first_name", "Prénom", ("prenoms",), needed=True),
    Column(
        "email",
        "Courriel",
        ("e mail", "email", "mail", "mel", "adresse mail", "adresse e mail", "adresse courriel",
         "adresse email", "adresse electronique"),
    ),
    Column(
        "phone",
        "Téléphone",
        ("tel", "telephone portable", "portable", "mobile", "tel portable", "n de telephone",
         "numero de telephone"),
    ),
    Column("birth_date", "Date de naissance", ("ne e le", "ne le", "nee le", "naissance")),
    Column("address", "Adresse", ("adresse postale", "rue")),
    Column("postcode", "Code postal", ("cp", "codepostal")),
    Column("city", "Ville", ("commune", "localite")),
    Column("company", "Entreprise", ("employeur", "structure", "societe", "organisme",
                                     "raison sociale")),
    Column("siret", "SIRET", ("n siret", "numero siret", "siret entreprise")),
    Column("trainee_type", "Statut", ("statut du stagiaire", "type de stagiaire")),
    Column("funding", "Financement", ("financeur", "mode de financement", "prise en charge")),
    Column("amount", "Montant HT", ("montant", "prix", "prix ht", "tarif", "tarif ht", "cout")),
    Column(
        "adaptation",
        "Besoin d’adaptation",
        ("adaptation", "amenagement", "besoin d amenagement", "besoins d adaptation",
         "besoins particuliers"),
    ),
    Column("requested_on", "Date d’inscription", ("inscription le", "inscrit le", "inscrite le",
                                                  "date inscription")),
    Column("comment", "Commentaire", ("commentaires", "remarque", "remarques", "observations",
                                      "observation", "notes")),
)  # fmt: skip
LABELS = {column.name: column.label for column in COLUMNS}
#: The line of the file, carried beside the cells.
LABELS["line"] = "Ligne"
_BY_KEY = {
    values.fold(written): column.name
    for column in COLUMNS
    for written in (column.label, *column.synonyms)
}


@dataclass(frozen=True)
class Headings:
    """Where each known column stands (`name → index`), and the headings that are not known."""

    index: dict[str, int]
    ignored: list[str]


def recognised(cells: Sequence[object]) -> int:
    """How many cells of a line are headings that we know."""
    return len({name for cell in cells if (name := _BY_KEY.get(_key(cell)))})


def identify(cells: Sequence[object], *, session_given: bool) -> Headings:
    """Say what each column is.

    Raises `DomainError` (`import_headings_missing`, `import_headings_twice`) with the names of
    the columns. « Session » is needed unless one was chosen for the whole file.
    """
    index: dict[str, int] = {}
    ignored: list[str] = []
    twice: list[str] = []
    for position, cell in enumerate(cells):
        name = _BY_KEY.get(_key(cell))
        if name is None:
            if written := " ".join(str(cell or "").split()):
                ignored.append(written[:60])
        elif name in index:
            twice.append(LABELS[name])
        else:
            index[name] = position
    missing = [column.label for column in COLUMNS if column.needed and column.name not in index]
    if "session" not in index and not session_given:
        missing.insert(0, LABELS["session"])
    if missing:
        raise DomainError(_missing_sentence(missing, found=bool(index)),
                          code="import_headings_missing")  # fmt: skip
    if twice:
        raise DomainError(
            f"Le fichier porte deux fois la colonne « {twice[0]} » : gardez-en une.",
            code="import_headings_twice",
        )
    return Headings(index, ignored)


def _missing_sentence(missing: list[str], *, found: bool) -> str:
    if not found:
        return (
            "Aucun en-tête connu dans les premières lignes du fichier. La première ligne doit "
            "nommer les colonnes : « Session », « Nom », « Prénom »…"
        )
    quoted = [f"« {label} »" for label in missing]
    names = " et ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))
    sentence = (
        f"Il manque la colonne {names}."
        if len(missing) == 1
        else f"Il manque les colonnes {names}."
    )
    if LABELS["session"] in missing:
        sentence += " Ajoutez le code de session sur chaque ligne, ou choisissez la session."
    return sentence


def _key(cell: object) -> str:
    return values.fold(str(cell)) if isinstance(cell, str) else ""
