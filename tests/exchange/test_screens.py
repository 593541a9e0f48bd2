"""The screens of imports in the back office."""

import csv
import io
import re
import uuid

import openpyxl
import pytest

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import Job
from exchange.domain.registers import lifecycle, model_file
from exchange.enums import ImportState
from exchange.models import ImportBatch
from tests.exchange.registers import XLSX, line, many, register, text
from training.models import Enrolment

pytestmark = pytest.mark.django_db


def upload(actor, content: bytes, name: str = "registre.xlsx", **data: object):
    return actor.post(
        reverse("imports:upload"), {"file": SimpleUploadedFile(name, content), **data}
    )


def page_of(batch: ImportBatch, name: str = "show") -> str:
    return reverse(f"imports:{name}", args=[batch.uuid])


def words(response) -> str:
    """The text of a page on one line."""
    return re.sub(r"[ \n]+", " ", response.content.decode())


# --- Who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["trainer", "learner", "company_contact", "editor", "quality", "pedagogy"]
)
def test_only_those_who_may_import_see_anything_of_it(request, sessions, name):
    actor = request.getfixturevalue(name)
    batch = lifecycle.receive(
        content=register(line()), name="registre.xlsx", session=None, actor=None
    )
    pages = [
        reverse("imports:index"), reverse("imports:upload"), reverse("imports:template"),
        page_of(batch), page_of(batch, "problems"),
    ]  # fmt: skip
    answers = [actor.get(page) for page in pages]
    answers += [actor.post(page_of(batch, action)) for action in ("confirm", "reject", "resume")]
    answers.append(upload(actor, register(line())))

    assert {answer.status_code for answer in answers} <= {302, 403}
    assert not any(
        answer.headers.get("Location", "").startswith(page_of(batch)) for answer in answers
    )
    assert ImportBatch.objects.get().state == ImportState.PREVIEWED
    assert not Enrolment.objects.exists()


def test_a_stranger_is_sent_to_the_login(anonymous):
    answer = anonymous.get(reverse("imports:index"))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/compte/")


def test_the_menu_shows_imports_to_the_office_alone(office, quality):
    assert reverse("imports:index") in office.get("/gestion/").content.decode()
    assert reverse("imports:index") not in quality.get("/gestion/").content.decode()


# --- The whole way --------------------------------------------------------------------------------


def test_the_office_deposits_checks_and_imports(office, sessions):
    deposited = upload(office, XLSX.read_bytes(), "inscriptions.xlsx")
    batch = ImportBatch.objects.get()
    assert batch.actor == office.user
    assert deposited.headers["Location"] == page_of(batch)

    preview = words(office.get(page_of(batch)))
    assert "Importer 45\u00a0personnes" in preview
    assert "dépasse la capacité de" in preview
    assert "Nouvelle personne" in preview
    assert reverse("sessions:show", args=[sessions["S-2026-02"].pk]) in preview
    assert not Enrolment.objects.exists()

    done = office.post(page_of(batch, "confirm"), follow=True)
    assert "45\u00a0personnes inscrites." in words(done)
    assert "Ce qui a été importé" in words(done)
    assert Enrolment.objects.count() == 45
    assert "Importé" in words(office.get(reverse("imports:index")))


def test_errors_come_first_and_the_button_is_not_there(office, sessions):
    upload(office, register(line(), line(Nom="Riou", **{"Code postal": "ABC"})))
    batch = ImportBatch.objects.get()

    page = office.get(page_of(batch)).content.decode()

    assert page.index("À corriger") < page.index("Le reste du registre")
    assert "un code postal comporte 5 chiffres" in page
    assert page_of(batch, "confirm") not in page
    office.post(page_of(batch, "confirm"))
    assert not Enrolment.objects.exists()


def test_the_list_of_errors_opens_in_a_spreadsheet_without_formulas(office, sessions):
    upload(office, text(("S", "Riou", "Awa", "=1+1@"), ("=2", "Madec", "Yann")), "registre.csv")
    batch = ImportBatch.objects.get()

    answer = office.get(page_of(batch, "problems"))

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Ligne", "Colonne", "À corriger"]
    assert [row[:2] for row in rows[1:]] == [["2", "Courriel"], ["2", "Session"], ["3", "Session"]]
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_what_comes_from_the_file_is_shown_as_text(office, sessions):
    upload(office, register(line(Ville="<script>alert(1)</script>")))

    page = office.get(page_of(ImportBatch.objects.get())).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_change_is_shown_with_its_old_and_new_values(office, sessions, learner):
    person = learner.person
    upload(
        office,
        register(
            line(
                Nom=person.last_name.upper(),
                Prénom=person.first_name,
                Courriel=person.email,
                Ville="Redon",
            )  # fmt: skip
        ),
    )

    page = words(office.get(page_of(ImportBatch.objects.get())))

    assert "Personne connue" in page
    assert "Ville : ajout de <ins>Redon</ins>" in page


def test_a_wish_for_an_adaptation_is_not_on_the_page(office, sessions):
    upload(office, register(line(**{"Besoin d’adaptation": "fauteuil roulant"})))

    assert "fauteuil" not in words(office.get(page_of(ImportBatch.objects.get())))


def test_an_earlier_import_of_the_same_file_is_told(office, sessions):
    content = register(line(Courriel="m@example.org"))
    upload(office, content)
    first = ImportBatch.objects.get()
    office.post(page_of(first, "confirm"))

    upload(office, content)

    page = words(office.get(page_of(ImportBatch.objects.exclude(pk=first.pk).get())))
    assert page_of(first) in page
    assert "a déjà été importé le" in page
    assert "il n’y a rien à importer" in page


def test_an_import_can_be_given_up(office, sessions):
    upload(office, register(line()))
    batch = ImportBatch.objects.get()

    office.post(page_of(batch, "reject"))

    batch.refresh_from_db()
    assert batch.state == ImportState.REJECTED
    assert "Cet import a été abandonné" in words(office.get(page_of(batch)))
    assert "n’est pas possible" in words(office.post(page_of(batch, "reject"), follow=True))


# --- Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"<html></html>", "registre.xlsx", "n’est pas un classeur Excel"),
        (b"", "registre.xlsx", "Ce fichier est vide."),
        (b"%PDF", "registre.pdf", "Seuls les fichiers .xlsx et .csv sont acceptés"),
        (b"Courriel\na@example.org", "registre.csv", "Il manque les colonnes"),
    ],
)
def test_a_refused_file_keeps_the_session_that_was_chosen(
    office, sessions, content, name, sentence
):
    chosen = sessions["S-2026-02"]

    answer = upload(office, content, name, session=chosen.pk)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert f'value="{chosen.pk}" selected' in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_file_is_asked_for(office, sessions):
    answer = office.post(reverse("imports:upload"), {})

    assert answer.status_code == 422
    assert "Choisissez un fichier." in words(answer)


def test_an_unknown_import_is_not_found(office):
    assert office.get(reverse("imports:show", args=[uuid.uuid4()])).status_code == 404


def test_the_list_of_errors_of_a_right_register_is_not_found(office, sessions):
    upload(office, register(line()))

    assert office.get(page_of(ImportBatch.objects.get(), "problems")).status_code == 404


def test_writing_needs_a_post(office, sessions):
    upload(office, register(line()))

    assert office.get(page_of(ImportBatch.objects.get(), "confirm")).status_code == 405


@pytest.mark.parametrize("number", ["0", "-1", "x", "9999"])
def test_a_page_number_that_means_nothing_is_forgiven(office, sessions, number):
    upload(office, register(line()))

    answer = office.get(page_of(ImportBatch.objects.get()), {"p": number, "erreurs": number})

    assert answer.status_code == 200


# --- In the background ----------------------------------------------------------------------------


def test_a_long_register_shows_how_far_it_is_then_its_preview(office, sessions, run_jobs):
    upload(office, many(lifecycle.INLINE_LINES + 1))
    batch = ImportBatch.objects.get()

    waiting = words(office.get(page_of(batch)))
    assert "Vérification du registre en cours" in waiting
    assert f"0 sur {lifecycle.INLINE_LINES + 1}\u00a0lignes" in waiting
    assert "Actualiser" in waiting
    fragment = office.get(page_of(batch), headers={"HX-Request": "true"})
    assert fragment.content.decode().strip().startswith('<div id="job-progress"')

    run_jobs()
    ready = office.get(page_of(batch), headers={"HX-Request": "true"})
    assert ready.headers["HX-Refresh"] == "true"
    preview = words(office.get(page_of(batch)))
    assert "Importer 301\u00a0personnes" in preview
    assert "Page 1 sur 7" in preview
    office.post(page_of(batch, "confirm"))
    assert "Importation en cours" in words(office.get(page_of(batch)))
    run_jobs()
    assert Enrolment.objects.count() == 301


def test_an_interrupted_check_offers_to_resume(office, sessions):
    upload(office, many(lifecycle.INLINE_LINES + 1))
    batch = ImportBatch.objects.get()
    Job.objects.all().delete()

    assert "a été interrompue" in words(office.get(page_of(batch)))
    office.post(page_of(batch, "resume"))

    batch.refresh_from_db()
    assert batch.state == ImportState.PREVIEWED


# --- The empty register and the list --------------------------------------------------------------


def test_the_empty_register_can_be_downloaded(office):
    answer = office.get(reverse("imports:template"))

    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames[0] == model_file.SHEET
    assert "modele-inscriptions.xlsx" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    office, sessions, count, django_assert_num_queries
):
    for rank in range(count):
        lifecycle.receive(
            content=register(line(Nom=f"Nom{rank}")), name="registre.xlsx", session=None,
            actor=office.user,
        )  # fmt: skip
    office.get(reverse("imports:index"))

    with django_assert_num_queries(11):
        office.get(reverse("imports:index"))


@pytest.mark.parametrize("count", [1, 3])
def test_a_preview_costs_the_same_whatever_its_length(
    office, sessions, count, django_assert_num_queries
):
    batch = lifecycle.receive(
        content=register(*(line(Nom=f"Nom{rank}") for rank in range(count))),
        name="registre.xlsx", session=None, actor=office.user,
    )  # fmt: skip
    office.get(page_of(batch))

    with django_assert_num_queries(11):
        office.get(page_of(batch))


# --- In a browser ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("screen", ["page", "phone"])
def test_preview_and_upload_are_accessible(
    request, office, sessions, screen, sign_in, assert_accessible
):
    batch = lifecycle.receive(
        content=register(line(), line(Nom="Riou", **{"Code postal": "ABC"})),
        name="registre.xlsx", session=None, actor=office.user,
    )  # fmt: skip
    browser = request.getfixturevalue(screen)
    sign_in(browser, office)

    for address in (reverse("imports:index"), reverse("imports:upload"), page_of(batch)):
        browser.goto(address)
        assert (
            browser.evaluate("document.documentElement.scrollWidth")
            <= browser.viewport_size["width"]
        )
        assert_accessible(browser)
