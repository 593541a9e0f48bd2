"""From cells to typed lines: django-import-export parses and validates, and writes nothing."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import tablib
from import_export import fields, resources, widgets
from import_export.instance_loaders import BaseInstanceLoader

from exchange.domain.registers import values
from exchange.domain.registers.headings import LABELS
from exchange.domain.registers.reading import Register
from training.enums import FundingScheme, TraineeType

Progress = Callable[[int], None]
PROGRESS_STEP = 250

#: What the column « Statut » may say, folded → trainee type of the BPF (frame F-1).
TRAINEE_TYPES: dict[str, str] = {
    **dict.fromkeys(
        ("salarie", "salariee", "salarie e", "salarie du prive", "personne salariee", "cdi", "cdd"),
        TraineeType.EMPLOYEE,
    ),
    **dict.fromkeys(
        ("apprenti", "apprentie", "apprenti e", "alternant", "alternante"), TraineeType.APPRENTICE
    ),
    **dict.fromkeys(
        ("demandeur d emploi", "demandeuse d emploi", "demandeur euse d emploi",
         "demandeur se d emploi", "en recherche d emploi", "recherche d emploi", "chomage"),
        TraineeType.JOB_SEEKER,
    ),
    **dict.fromkeys(("particulier", "particuliere", "individuel"), TraineeType.INDIVIDUAL),
    **dict.fromkeys(
        ("benevole", "agent public", "agente publique", "fonctionnaire", "dirigeant non salarie",
         "dirigeante non salariee", "dirigeant", "dirigeante", "gerant", "gerante", "independant",
         "independante", "travailleur non salarie", "etudiant", "etudiante", "retraite",
         "retraitee", "autre"),
        TraineeType.OTHER,
    ),
}  # fmt: skip
#: What the column « Financement » may say, folded → line of the BPF (frame C).
SCHEMES: dict[str, str] = {
    **dict.fromkeys(("opco", "plan de developpement des competences"), FundingScheme.SKILLS_PLAN),
    **dict.fromkeys(
        ("employeur", "entreprise", "plan de formation", "structure"), FundingScheme.COMPANY
    ),
    **dict.fromkeys(("employeur public", "administration"), FundingScheme.PUBLIC_AGENTS),
    **dict.fromkeys(("region", "conseil regional"), FundingScheme.REGION),
    **dict.fromkeys(("france travail", "pole emploi", "aif"), FundingScheme.FRANCE_TRAVAIL),
    **dict.fromkeys(
        ("personnel", "particulier", "a ses frais", "autofinancement", "individuel"),
        FundingScheme.PERSONAL,
    ),
    **dict.fromkeys(("cpf", "mon compte formation"), FundingScheme.CPF),
    **dict.fromkeys(
        ("faf", "agefice", "fifpl", "fif pl", "vivea", "fafcea"), FundingScheme.FAF
    ),
    **dict.fromkeys(("etat",), FundingScheme.STATE),
    **dict.fromkeys(("europe", "fse"), FundingScheme.EUROPE),
    **dict.fromkeys(("autre",), FundingScheme.OTHER),
}  # fmt: skip
ADAPTATION_TO_SPECIFY = "Aménagement à préciser avec la personne"


@dataclass
class RegisterLine:
    """One enrolment as the register says it, in our types; empty where it says nothing."""

    line: int = 0
    session: str = ""
    title: str = ""
    last_name: str = ""
    birth_name: str = ""
    first_name: str = ""
    email: str = ""
    phone: str = ""
    birth_date: dt.date | None = None
    address: str = ""
    postcode: str = ""
    city: str = ""
    company: str = ""
    siret: str = ""
    trainee_type: str = ""
    funding: str = ""
    amount: Decimal | None = None
    adaptation: str = ""
    requested_on: dt.date | None = None
    comment: str = ""

    def __str__(self) -> str:
        return f"Ligne {self.line}"


@dataclass(frozen=True)
class Problem:
    """What is wrong, where: the line of the file, the heading of the column, a sentence."""

    line: int
    column: str
    message: str


@dataclass
class Parsed:
    """A file parsed: lines whose every cell is right, the others as far as they go, and why."""

    lines: list[RegisterLine] = field(default_factory=list)
    incomplete: list[RegisterLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class CellWidget(widgets.Widget):
    """Reads a cell with a function of `values`; too long or missing is refused, never cut."""

    def __init__(
        self, reader: Callable[[Any], Any], *, max_length: int = 0, required: bool = False
    ) -> None:
        super().__init__()
        self.reader = reader
        self.max_length = max_length
        self.required = required

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        read = self.reader(value)
        if self.required and not read:
            raise ValueError("la cellule est vide")
        if self.max_length and len(read) > self.max_length:
            raise ValueError(f"{len(read)} caractères, pour {self.max_length} au plus")
        return read


class DigitsWidget(CellWidget):
    """Digits kept as text: a number gets back the zeros that the spreadsheet dropped."""

    def __init__(self, length: int, reader: Callable[[Any], str]) -> None:
        super().__init__(reader, max_length=length)


class ChoiceWidget(widgets.Widget):
    """One of our closed lists, from the words that offices use."""

    def __init__(self, words: dict[str, str], *, accepted: str) -> None:
        super().__init__()
        self.words = words
        self.accepted = accepted

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        written = values.text(value)
        if not written:
            return ""
        found = self.words.get(values.fold(written))
        if found is None:
            raise ValueError(f"{values.quote(written)} n’est pas connu ; écrivez {self.accepted}")
        return str(found)


def read_adaptation(value: object) -> str:
    """The wish for an adaptation: « oui » asks to specify, « non » or nothing is none."""
    written = values.text(value)
    key = values.fold(written)
    if key in {"", "non", "aucun", "aucune", "neant", "rien", "sans", "ras", "0", "n"}:
        return ""
    return ADAPTATION_TO_SPECIFY if key in {"oui", "o", "x", "1"} else written


def _field(name: str, widget: widgets.Widget) -> fields.Field:
    return fields.Field(attribute=name, column_name=name, widget=widget)


class RegisterResource(resources.Resource):
    """The columns of a register. Lines accepted are in `lines`; nothing is ever saved."""

    line = _field("line", widgets.Widget())
    session = _field("session", CellWidget(values.text, max_length=30))
    title = _field("title", CellWidget(values.title, max_length=10))
    last_name = _field("last_name", CellWidget(values.person_name, max_length=100, required=True))
    birth_name = _field("birth_name", CellWidget(values.person_name, max_length=100))
    first_name = _field("first_name", CellWidget(values.person_name, max_length=100, required=True))
    email = _field("email", CellWidget(values.email, max_length=254))
    phone = _field("phone", CellWidget(values.phone))
    birth_date = _field("birth_date", CellWidget(values.birth_date))
    address = _field("address", CellWidget(values.text, max_length=255))
    postcode = _field("postcode", DigitsWidget(5, values.postcode))
    city = _field("city", CellWidget(values.text, max_length=100))
    company = _field("company", CellWidget(values.text, max_length=200))
    siret = _field("siret", DigitsWidget(14, values.siret))
    trainee_type = _field(
        "trainee_type",
        ChoiceWidget(
            TRAINEE_TYPES,
            accepted="Salarié, Apprenti, Demandeur d’emploi, Particulier, Bénévole, Agent public, "
            "Dirigeant non salarié ou Autre",
        ),
    )
    funding = _field(
        "funding",
        ChoiceWidget(
            SCHEMES,
            accepted="OPCO, Employeur, Région, France Travail, CPF, FAF, Personnel ou rien",
        ),
    )
    amount = _field("amount", CellWidget(values.amount))
    adaptation = _field("adaptation", CellWidget(read_adaptation, max_length=1000))
    requested_on = _field("requested_on", CellWidget(values.date))
    comment = _field("comment", CellWidget(values.text, max_length=2000))

    class Meta:
        instance_loader_class = BaseInstanceLoader
        force_init_instance = True
        skip_diff = True
        use_transactions = False

    def __init__(self, *, progress: Progress | None = None) -> None:
        super().__init__()
        self.lines: list[RegisterLine] = []
        self.incomplete: list[RegisterLine] = []
        self.progress = progress

    @classmethod
    def get_db_connection_name(cls) -> str:
        return "default"

    def init_instance(self, row: Any = None) -> RegisterLine:
        return RegisterLine()

    def validate_instance(
        self,
        instance: RegisterLine,
        import_validation_errors: Any = None,
        validate_unique: bool = True,
    ) -> None:
        if import_validation_errors:
            self.incomplete.append(instance)
        super().validate_instance(instance, import_validation_errors, validate_unique)

    def save_instance(
        self, instance: RegisterLine, is_create: bool, row: Any, **kwargs: Any
    ) -> None:
        """Keep the line in memory: preview and commit decide what is done with it."""
        self.lines.append(instance)

    def after_import_row(self, row: Any, row_result: Any, **kwargs: Any) -> None:
        if self.progress and kwargs["row_number"] % PROGRESS_STEP == 0:
            self.progress(kwargs["row_number"])


def parse(register: Register, *, progress: Progress | None = None) -> Parsed:
    """The lines of a register as typed values, and what is wrong, cell by cell."""
    names = list(register.columns)
    dataset = tablib.Dataset(headers=["line", *names])
    problems: list[Problem] = []
    for number, cells in register.rows:
        if _has_cells_beyond(cells, register.width):
            problems.append(
                Problem(
                    number,
                    LABELS["line"],
                    "la ligne a plus de cellules que d’en-têtes : un séparateur s’est glissé "
                    "dans un texte",
                )
            )
        dataset.append([number, *(_cell(cells, register.columns[name]) for name in names)])
    resource = RegisterResource(progress=progress)
    result = resource.import_data(dataset, use_transactions=False)
    for error in (*result.base_errors, *(error for _, row in result.row_errors() for error in row)):
        raise error.error
    for invalid in result.invalid_rows:
        number = register.rows[invalid.number - 1][0]
        for name, messages in invalid.error_dict.items():
            problems.extend(Problem(number, LABELS[name], message) for message in messages)
    wrong = {problem.line for problem in problems}
    return Parsed(
        lines=[line for line in resource.lines if line.line not in wrong],
        incomplete=[
            *resource.incomplete,
            *(line for line in resource.lines if line.line in wrong),
        ],
        problems=problems,
    )


def _cell(cells: Any, position: int) -> object:
    return cells[position] if position < len(cells) else None


def _has_cells_beyond(cells: Any, width: int) -> bool:
    return any(cell is not None and str(cell).strip() for cell in cells[width:])
