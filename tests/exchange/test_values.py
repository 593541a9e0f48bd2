"""What offices type in cells, understood."""

import datetime as dt
from decimal import Decimal

import pytest

from exchange.domain.registers import resource, values
from training.enums import FundingScheme, TraineeType


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("LE GOFF", "Le Goff"),
        ("JEAN-PIERRE", "Jean-Pierre"),
        ("D’ORNANO", "d’Ornano"),
        ("O'BRIEN", "O'Brien"),
        ("DE LA TOUR", "de La Tour"),
        ("DU PONT", "Du Pont"),
        ("VAN DER LINDEN", "Van der Linden"),
        ("GUÉGUEN", "Guéguen"),
        ("le bihan", "Le Bihan"),
        ("CREAC’H", "Creac’h"),
        ("C’HOARI", "C’hoari"),
        ("L’HERMITE-KERMARREC", "L’Hermite-Kermarrec"),
        ("McDonald", "McDonald"),
        ("de La Tour", "de La Tour"),
        ("  Le\u00a0Goff ", "Le Goff"),
        ("Y", "Y"),
        ("MCDONALD", "McDonald"),
        ("MCHICH", "Mchich"),
        ("DUPONT (MARTIN)", "Dupont (Martin)"),
        ("MARTIN (NÉE DURAND)", "Martin (née Durand)"),
        ("DUPONT ÉPOUSE MARTIN", "Dupont épouse Martin"),
        ("İBRAHİM YILMAZ", "İbrahim Yılmaz"),
        ("DE'AMICIS", "De'Amicis"),
        ("DELL’ARTE", "Dell’Arte"),
        ("Durand\u00ad", "Durand"),
        ("J.P.", "J.P."),
        (None, ""),
    ],
)
def test_names_in_capitals_get_their_capitals_right(typed, name):
    assert values.person_name(typed) == name


@pytest.mark.parametrize("typed", ["=1+1", "-", "1234", "@nom", "+33"])
def test_a_name_without_letters_or_like_a_formula_is_refused(typed):
    with pytest.raises(ValueError, match="n’est pas un nom"):
        values.person_name(typed)


@pytest.mark.parametrize(
    "typed",
    ["0639980000", 639980000, 639980000.0, "06 39 98 00 00", "06.39.98.00.00", "+33 639980000",
     "+33 (0)6 39 98 00 00", "0033639980000", "33639980000", "06\u00a039\u00a098\u00a000\u00a000",
     "639980000", "\u202a+33639980000\u202c", "06 39 98 00 00 (perso)", "06/39/98/00/00"],
)  # fmt: skip
def test_every_spelling_of_a_telephone_gives_the_same_ten_digits(typed):
    assert values.phone(typed) == "0639980000"


def test_an_extension_is_kept_behind_the_number():
    assert values.phone("01 99 00 00 09 (poste 12)") == "0199000009 poste 12"


def test_a_telephone_of_another_country_keeps_its_prefix():
    assert values.phone("+32 470 12 34 56") == "+32470123456"


@pytest.mark.parametrize("typed", ["12", 63998, "06 39 98 00", "1,99007E+08", "bureau", "00"])
def test_what_is_no_telephone_is_refused(typed):
    with pytest.raises(ValueError, match="n’est pas un numéro de téléphone"):
        values.phone(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [(1000, "01000"), (1000.0, "01000"), ("6000", "06000"), ("44260", "44260"), ("44 260", "44260"),
     (None, "")],
)  # fmt: skip
def test_a_post_code_gets_back_its_leading_zero(typed, code):
    assert values.postcode(typed) == code


@pytest.mark.parametrize("typed", [100, "ABC", "442600", "00999", "99000", "²2222"])
def test_what_is_no_post_code_is_refused(typed):
    with pytest.raises(ValueError, match="code postal"):
        values.postcode(typed)


@pytest.mark.parametrize(
    "typed", ["28797309318144", 28797309318144, 28797309318144.0, "287 973 093 18144"]
)
def test_a_siret_may_be_a_number_or_a_text(typed):
    assert values.siret(typed) == "28797309318144"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("28797309318145", "clé fausse"),
        ("287973093", "SIREN"),
        ("2879730931814400", "14 chiffres"),
        ("28797E", "14 chiffres"),
    ],
)
def test_a_wrong_siret_is_refused_with_its_reason(typed, reason):
    with pytest.raises(ValueError, match=reason):
        values.siret(typed)


@pytest.mark.parametrize(
    "typed",
    [dt.datetime(1980, 2, 29, tzinfo=dt.UTC), dt.date(1980, 2, 29), "29/02/1980", "29-02-1980",
     "29.2.1980", "1980-02-29", "1980-02-29 00:00:00"],
)  # fmt: skip
def test_a_date_may_be_a_cell_or_a_text(typed):
    assert values.birth_date(typed) == dt.date(1980, 2, 29)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("31/02/1980", "n’existe pas"),
        ("02/03/80", "n’est pas une date"),
        (29280, "n’est pas une date"),
        ("hier", "n’est pas une date"),
        ("01/01/1850", "date de naissance possible"),
        ("01/01/2999", "date de naissance possible"),
    ],
)
def test_an_impossible_birth_date_is_refused(typed, reason):
    with pytest.raises(ValueError, match=reason):
        values.birth_date(typed)


@pytest.mark.parametrize(
    ("typed", "euros"),
    [("1 260,00 €", "1260.00"), ("1\u202f260,00\u00a0€", "1260.00"), (420, "420.00"),
     ("840.00", "840.00"), ("1.260,50", "1260.50"), ("1,260.50", "1260.50"), (99.9, "99.90"),
     ("0", "0.00")],
)  # fmt: skip
def test_amounts_are_euros(typed, euros):
    assert values.amount(typed) == Decimal(euros)


@pytest.mark.parametrize("typed", ["gratuit", "-420", "12 000 000 000", "1e3", "NaN", "Infinity"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValueError, match=r"montant"):
        values.amount(typed)


def test_an_empty_amount_is_not_zero():
    assert values.amount("") is None


def test_an_address_is_lower_case_and_checked():
    assert values.email(" PATRICK@EXAMPLE.ORG ") == "patrick@example.org"
    assert values.email("patrick@example.org\u202c\u200b") == "patrick@example.org"
    with pytest.raises(ValueError, match="adresse de courriel"):
        values.email("patrick(at)example.org")


def test_an_error_of_the_spreadsheet_is_not_taken_for_a_text():
    with pytest.raises(ValueError, match="erreur du tableur"):
        values.text("#N/A")


def test_control_characters_leave_a_text():
    assert values.text("rue\x00 des\r\nEssais\t2") == "rue des Essais 2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Éric", "ERIC"),
        ("Cœur", "coeur"),
        ("Le Goff", "LE-GOFF"),
        ("Đặng", "ĐANG"),
        ("Кузьмін", "КУЗЬМІН"),
    ],
)
def test_texts_are_compared_without_accents_nor_case(one, other):
    assert values.fold(one) == values.fold(other) != ""


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Salarié", TraineeType.EMPLOYEE),
        ("salariée", TraineeType.EMPLOYEE),
        ("SALARIÉ(E)", TraineeType.EMPLOYEE),
        ("Demandeur d’emploi", TraineeType.JOB_SEEKER),
        ("demandeuse d'emploi", TraineeType.JOB_SEEKER),
        ("Particulier", TraineeType.INDIVIDUAL),
        ("Bénévole", TraineeType.OTHER),
        ("Agent public", TraineeType.OTHER),
        ("Dirigeant non salarié", TraineeType.OTHER),
        ("Apprentie", TraineeType.APPRENTICE),
        ("", ""),
    ],
)
def test_kinds_of_trainees_have_many_spellings(written, kind):
    assert resource.RegisterResource.fields["trainee_type"].widget.clean(written) == kind


@pytest.mark.parametrize(
    ("written", "scheme"),
    [
        ("OPCO", FundingScheme.SKILLS_PLAN),
        ("Employeur", FundingScheme.COMPANY),
        ("région", FundingScheme.REGION),
        ("France Travail", FundingScheme.FRANCE_TRAVAIL),
        ("Personnel", FundingScheme.PERSONAL),
        (None, ""),
    ],
)
def test_ways_of_paying_have_many_spellings(written, scheme):
    assert resource.RegisterResource.fields["funding"].widget.clean(written) == scheme


@pytest.mark.parametrize(
    ("written", "wish"),
    [("oui", resource.ADAPTATION_TO_SPECIFY), ("Non", ""), (None, ""), ("RAS", ""),
     ("salle au rez-de-chaussée", "salle au rez-de-chaussée")],
)  # fmt: skip
def test_a_wish_for_an_adaptation_is_a_text_or_to_be_specified(written, wish):
    assert resource.read_adaptation(written) == wish
