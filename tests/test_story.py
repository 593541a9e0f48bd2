"""The whole story once, in a real browser: from a published course to a verified audit pack.

Each step is taken by the person it belongs to. The demonstration is seeded first, as on a new
installation; what the worker would do in the background is done between the steps.
"""

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest

from django.core import mail
from django.core.management import call_command

from operations.demo.accounts import DEMO_PASSWORD
from tests.requests_confirmed import confirmation_url
from training.enums import EnrolmentState, HalfDayState, SessionState
from training.models import Enrolment, Learner, TrainingSession

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from pytest_django.live_server_helper import LiveServer

DATA = Path(__file__).parent / "data"
TODAY = "S-2026-11"
OPEN = "S-2026-04"
FULL = "S-2026-06"
DOMAIN = "demonstration.example"


@pytest.fixture
def seeded(transactional_db: None, live_server: "LiveServer", settings) -> Iterator[None]:
    """The demonstration, served at the address that mails and QR codes carry."""
    settings.DEMO = True
    settings.SITE_URL = live_server.url
    call_command("seed_demo", verbosity=0)
    return


@pytest.fixture
def log_in_by_password(page: "Page") -> Callable[[str], None]:
    """Logs a member of staff in, in place of the user who was there."""

    def log_in(who: str) -> None:
        page.context.clear_cookies()
        page.goto("/compte/login/?next=/gestion/")
        form = page.locator("form", has=page.locator("input[type=password]"))
        form.get_by_label("Courriel").fill(f"{who}@{DOMAIN}")
        form.get_by_label("Mot de passe").fill(DEMO_PASSWORD)
        form.get_by_role("button", name="Me connecter avec mon mot de passe").click()
        page.wait_for_url("**/gestion/**")

    return log_in


def log_in_by_code(phone: "Page", who: str) -> None:
    """Logs a person in with the code that their mail brings."""
    phone.context.clear_cookies()
    phone.goto("/compte/login/?next=/espace/")
    phone.get_by_label("Courriel").first.fill(f"{who}@{DOMAIN}")
    phone.get_by_role("button", name="Recevoir un code par courriel").click()
    phone.wait_for_url("**/compte/**code**")
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mail.outbox[-1].body)
    assert code, mail.outbox[-1].body
    phone.get_by_label("Code").fill(code.group())
    phone.get_by_role("button", name="Continuer").click()
    phone.wait_for_url("**/espace/**")


def test_the_whole_story(
    seeded: None,
    page: "Page",
    phone: "Page",
    log_in_by_password: Callable[[str], None],
    run_jobs: Callable[[], None],
    tmp_path: Path,
) -> None:
    run_jobs()

    # 1. A person discovers the cooperative and its eight courses.
    phone.goto("/")
    phone.get_by_role("link", name="Voir les formations").click()
    phone.get_by_text("8 formations").wait_for()
    phone.get_by_role("link", name="Accompagner une dynamique de coopération").click()
    for item in ("Prérequis", "Délai d’accès", "Accessibilité", "Évaluation"):
        phone.locator("main").get_by_text(item, exact=True).first.wait_for()

    # 2. They ask for a place; a full session is said to be full, and offers its waiting list.
    phone.goto(f"/inscription/{OPEN}/")
    fill_request(phone, "Rozenn", "Kermarec", "rozenn.kermarec@example.org")
    phone.get_by_role("button", name="Envoyer ma demande").click()
    phone.wait_for_url("**/merci/**")
    confirm_by_link(phone, "rozenn.kermarec@example.org")
    phone.goto(f"/inscription/{FULL}/")
    assert phone.get_by_text("Cette session est complète").is_visible()
    fill_request(phone, "Ewen", "Kermarec", "ewen.kermarec@example.org")
    phone.get_by_role("button", name="M’inscrire sur la liste d’attente").click()
    phone.wait_for_url("**/merci/**")
    confirm_by_link(phone, "ewen.kermarec@example.org")
    waiting = Enrolment.objects.get(learner__email="ewen.kermarec@example.org")
    assert (waiting.state, waiting.waiting_rank) == (EnrolmentState.WAITLISTED, 3)

    # 3. The office accepts, confirms, and imports a register.
    log_in_by_password("secretariat")
    session_page(page, OPEN, "Inscriptions")
    row = page.get_by_role("row", name=re.compile("Rozenn Kermarec"))
    row.get_by_role("button", name="Accepter").click()
    row.get_by_role("button", name="Confirmer").click()
    enrolment = Enrolment.objects.get(learner__email="rozenn.kermarec@example.org")
    assert enrolment.state == EnrolmentState.CONFIRMED
    run_jobs()
    assert any(item.to == ["rozenn.kermarec@example.org"] for item in mail.outbox)
    import_register(page)

    # 4. The trainer opens today's half-day on a phone; people sign, one is away, it is locked.
    log_in_by_code(phone, "formatrice")
    hold_half_day(phone)
    run_jobs()

    # 5. A learner answers by the link of their mail; the trainer records what was reached.
    answer_questionnaire(phone)
    assess(phone)

    # 6. The office completes the session; certificates leave by mail and can be verified.
    log_in_by_password("secretariat")
    session_page(page, TODAY, "Résumé")
    page.get_by_role("link", name="Terminer").click()
    page.locator("form").get_by_role("button", name=re.compile("Terminer")).click()
    session = TrainingSession.objects.get(code=TODAY)
    assert session.state == SessionState.COMPLETED
    run_jobs()
    verify_certificate(phone, tmp_path)

    # 7. Quality staff take the audit pack away, and it verifies itself.
    log_in_by_password("qualite")
    verify_pack(download_pack(page, run_jobs, tmp_path), tmp_path)


def confirm_by_link(screen: "Page", email: str) -> None:
    """The person follows the link of their mail and presses its button."""
    screen.goto(confirmation_url(email))
    screen.get_by_role("button", name="Confirmer ma demande").click()
    screen.wait_for_url("**/merci/?*")


def fill_request(phone: "Page", first: str, last: str, email: str) -> None:
    """What a person types to ask for a place, at their own expense."""
    phone.get_by_label("Prénom").fill(first)
    phone.get_by_label("Nom d’usage").fill(last)
    phone.get_by_label("Courriel").fill(email)
    phone.get_by_label("À titre personnel").check()
    phone.get_by_label("Moi", exact=True).check()


def session_page(page: "Page", code: str, tab: str) -> None:
    """Opens a tab of the page of a session, from the list."""
    page.goto(f"/gestion/sessions/?q={code}")
    page.locator("main").get_by_role("link", name=code).first.click()
    page.get_by_role("navigation", name="Rubriques de la session").get_by_role(
        "link", name=tab
    ).click()


def import_register(page: "Page") -> None:
    """A register with a bad row is refused line by line; the right one enters whole."""
    before = Enrolment.objects.count()
    page.goto("/gestion/imports/nouveau/")
    page.locator("input[type=file]").set_input_files(
        files=[
            {
                "name": "registre.csv",
                "mimeType": "text/csv",
                "buffer": "Session;Nom;Prénom;Code postal\nS-2026-01;Riou;Maï;44\n".encode(),
            }
        ]
    )
    page.get_by_role("button", name="Vérifier le registre").click()
    problem = page.get_by_role("row", name=re.compile("Code postal"))
    problem.wait_for()
    assert "2" in problem.locator("td").first.inner_text()
    assert not page.get_by_role("button", name=re.compile("^Importer")).is_visible()
    assert Enrolment.objects.count() == before

    page.goto("/gestion/imports/nouveau/")
    page.locator("input[type=file]").set_input_files(DATA / "inscriptions.xlsx")
    page.get_by_role("button", name="Vérifier le registre").click()
    page.get_by_role("button", name="Importer 45 personnes").click()
    page.get_by_text("Ce qui a été importé").wait_for()
    assert Enrolment.objects.count() == before + 45
    assert Learner.objects.filter(postcode="01000").exists()


def hold_half_day(phone: "Page") -> None:
    """Five people are expected: one is away, the others draw or type their name."""
    phone.goto("/espace/formateur/")
    phone.locator("main").get_by_role("link", name="Gouvernance partagée").first.click()
    sheet = phone.url
    phone.get_by_role("link", name="Clore la demi-journée").click()
    if phone.url != sheet:
        phone.get_by_role("button", name="Signer et clore").click()
    phone.get_by_text("Aïcha Morvan").first.wait_for()
    half_day = TrainingSession.objects.get(code=TODAY).half_days.latest("starts_at")
    assert half_day.state == HalfDayState.PLANNED

    phone.goto(sheet)
    names = [name.inner_text() for name in phone.locator(".people li > b").all()]
    assert len(names) == 5
    away, *present = names
    person = phone.locator(".people li", has_text=away)
    person.get_by_text("Indiquer une absence").click()
    person.get_by_role("button", name="Absence excusée").click()
    for rank, name in enumerate(present):
        phone.get_by_role("link", name=f"Signer pour {name}").click()
        sign(phone, name, drawn=rank == 0)
        phone.get_by_role("button", name="Signer ma présence").click()
        phone.wait_for_url(sheet)

    phone.get_by_role("link", name="Clore la demi-journée").click()
    phone.get_by_label(re.compile("[Mm]otif|[Pp]ourquoi")).first.fill("Fin de l’atelier")
    sign(phone, "Gwenaëlle Tanguy", drawn=False)
    phone.get_by_role("button", name="Signer et clore").click()
    phone.get_by_text("Demi-journée close").first.wait_for()
    half_day.refresh_from_db()
    assert half_day.state == HalfDayState.HELD
    assert half_day.marks.filter(minutes=210).count() == 4


def sign(phone: "Page", name: str, *, drawn: bool) -> None:
    """Draws a signature in the frame, or types the name and consents."""
    canvas = phone.locator("[data-signature-frame]")
    canvas.wait_for()
    if drawn:
        frame = canvas.bounding_box()
        assert frame is not None
        left, top = frame["x"], frame["y"]
        phone.mouse.move(left + 20, top + 40)
        phone.mouse.down()
        for step in range(1, 12):
            phone.mouse.move(left + 20 + 15 * step, top + 40 + (25 if step % 2 else -15))
        phone.mouse.up()
        return
    phone.get_by_text("Signer en saisissant son nom").click()
    phone.get_by_label("Prénom et nom").fill(name)
    phone.get_by_role("checkbox").check()


def link_of_last_mail(words: str) -> str:
    """The first address of the newest mail whose subject says `words`."""
    sent = [item for item in mail.outbox if words in item.subject]
    assert sent, [item.subject for item in mail.outbox]
    found = re.search(r"https?://\S+", sent[-1].body)
    assert found, sent[-1].body
    return found.group()


def answer_questionnaire(phone: "Page") -> None:
    """One answer to each question, then the thanks."""
    phone.context.clear_cookies()
    phone.goto(link_of_last_mail("avis"))
    for group in phone.get_by_role("group").all():
        group.get_by_role("radio").last.check()
    phone.locator("main").get_by_role("button").last.click()
    phone.get_by_text("Merci").first.wait_for()


def assess(phone: "Page") -> None:
    """One result for each objective and learner."""
    log_in_by_code(phone, "formatrice")
    phone.goto(f"/espace/formateur/session/{TODAY}/acquis/")
    cells: list[Locator] = phone.get_by_role("group").all()
    assert cells
    for cell in cells:
        cell.get_by_label("Atteint", exact=True).check()
    phone.get_by_role("button", name="Enregistrer les résultats").click()
    phone.get_by_text("Tous les résultats sont renseignés").wait_for()


def verify_certificate(phone: "Page", folder: Path) -> None:
    """The mail carries the PDF; its QR leads to a page that says little, and the right thing."""
    sent = [
        item for item in mail.outbox if item.to == [f"apprenante@{DOMAIN}"] and item.attachments
    ]
    path = folder / "certificat.pdf"
    path.write_bytes(sent[-1].attachments[0].content)
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "Aïcha Morvan" in text
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    assert all(" yes " in line for line in fonts.splitlines()[2:])
    with pikepdf.open(path) as document:
        addresses = [
            str(note.A.URI)
            for sheet in document.pages
            for note in sheet.get("/Annots", [])
            if "/A" in note and "/URI" in note.A
        ]
    address = next(item for item in addresses if "/documents/verifier/" in item)
    phone.context.clear_cookies()
    phone.goto(address)
    shown = phone.locator("main").inner_text()
    assert "A. M." in shown
    assert "Morvan" not in shown


def download_pack(page: "Page", run_jobs: Callable[[], None], folder: Path) -> Path:
    """The audit pack of today's session, asked for and downloaded from its page."""
    session_page(page, TODAY, "Qualité")
    page.get_by_role("button", name="Dossier d’audit de la session").click()
    run_jobs()
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Télécharger")).first.click()
    path = folder / "dossier.zip"
    download.value.save_as(path)
    return path


def verify_pack(path: Path, folder: Path) -> None:
    """The pack verifies; with one byte changed, it names the file."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "dossier")
    verifier = next((folder / "dossier").rglob("verify.py"))
    root = verifier.parent
    for name in ("index.html", "index.csv", "manquants.csv", "manifest.json", "manifest.sha256"):
        assert (root / name).is_file(), name
    certificates = [item for item in root.rglob("*.pdf") if "certificat" in item.name.lower()]
    assert len(certificates) == 5
    checked = subprocess.run(
        [sys.executable, verifier], capture_output=True, text=True, check=False, cwd=root
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr

    target = certificates[0]
    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 1
    target.write_bytes(content)
    tampered = subprocess.run(
        [sys.executable, verifier], capture_output=True, text=True, check=False, cwd=root
    )
    assert tampered.returncode == 1
    assert target.name in tampered.stdout + tampered.stderr
