"""The empty register that offices fill: cells typed as text, so that no zero is lost."""

import io

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from exchange.domain.registers.headings import COLUMNS

#: What to write in each column, shown on the second sheet.
ADVICE = {
    "session": "Code de la session, par exemple S-2026-01. Inutile si vous choisissez la session "
    "en déposant le fichier.",
    "title": "M. ou Mme, facultatif.",
    "last_name": "Obligatoire. Nom d’usage.",
    "birth_name": "Seulement s’il diffère.",
    "first_name": "Obligatoire.",
    "email": "Avec la date de naissance, il permet de reconnaître une personne déjà connue.",
    "phone": "10 chiffres : 06 39 98 00 00.",
    "birth_date": "JJ/MM/AAAA.",
    "address": "Numéro et rue.",
    "postcode": "5 chiffres : 01000.",
    "city": "",
    "company": "Employeur à la date de l’inscription.",
    "siret": "14 chiffres.",
    "trainee_type": "Salarié, Apprenti, Demandeur d’emploi, Particulier, Bénévole, Agent public, "
    "Dirigeant non salarié ou Autre.",
    "funding": "OPCO, Employeur, Région, France Travail, CPF, FAF, Personnel, ou rien.",
    "amount": "En euros, hors taxe : 1 260,00.",
    "adaptation": "Ce qu’il faut prévoir, jamais la raison médicale ; ou « oui » pour en parler "
    "avec la personne.",
    "requested_on": "JJ/MM/AAAA.",
    "comment": "",
}
WIDTHS = {"address": 34, "email": 32, "company": 26, "adaptation": 26, "comment": 30}
SHEET = "Inscriptions"
#: Rows below the headings that are typed as text beforehand.
PREPARED_ROWS = 300


def workbook() -> bytes:
    """The register to fill, as an .xlsx file that `reading` understands."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append([column.label for column in COLUMNS])
    for position, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = WIDTHS.get(column.name, 18)
        heading = sheet.cell(1, position)
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", fgColor="FFE4EBDD")
        for row in range(2, PREPARED_ROWS + 2):
            sheet.cell(row, position).number_format = "@"
    sheet.freeze_panes = "A2"
    help_sheet = book.create_sheet("Mode d’emploi")
    help_sheet.append(["Dans la colonne", "écrivez"])
    for column in COLUMNS:
        help_sheet.append([column.label, ADVICE[column.name]])
    help_sheet.column_dimensions["A"].width = 24
    help_sheet.column_dimensions["B"].width = 90
    for row in help_sheet.iter_rows():
        row[0].font = Font(bold=True)
        row[1].alignment = Alignment(wrap_text=True)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
