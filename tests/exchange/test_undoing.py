"""Undoing an import: what goes, what is put back, what stands in the way."""

import pytest

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.domain import outbox
from core.enums import MessageState
from core.exceptions import DomainError
from core.models import JournalEntry, Message
from exchange.domain.registers import lifecycle
from exchange.domain.undoing import execution, preview
from exchange.enums import ImportState
from exchange.models import ImportBatch
from tests.exchange.registers import SIRETS, XLSX, line, many, register
from tests.exchange.running import check, counts, import_all
from tests.factories import LearnerFactory
from tests.mails import a_mail
from training.domain.enrolments import lifecycle as enrolment_lifecycle
from training.enums import EnrolmentState
from training.models import Agreement, Company, Enrolment, Learner

pytestmark = pytest.mark.django_db

PAID = {"Entreprise": "Ateliers Kerlann", "SIRET": SIRETS[0], "Financement": "Entreprise"}


def refused(batch: ImportBatch) -> list[str]:
    """Why the import cannot be undone; checks that nothing was written."""
    before = counts()
    with pytest.raises(DomainError) as refusal:
        execution.undo(batch=batch, actor=None)
    assert refusal.value.code == "import_undo_blocked"
    assert counts() == before
    batch.refresh_from_db()
    assert batch.state == ImportState.COMMITTED
    return refusal.value.details


def test_all_that_the_register_made_goes(sessions):
    before = [*counts(), User.objects.count()]
    batch = import_all(XLSX.read_bytes(), "inscriptions.xlsx")
    assert [*counts(), User.objects.count()] != before

    execution.undo(batch=batch, actor=None)

    assert [*counts(), User.objects.count()] == before
    batch.refresh_from_db()
    assert (batch.state, batch.written) == (ImportState.UNDONE, {})
    assert JournalEntry.objects.filter(verb="import.undone").count() == 1
    assert JournalEntry.objects.filter(verb="enrolment.import_undone").count() == 45


def test_the_same_register_can_be_imported_again(sessions):
    execution.undo(batch=import_all(XLSX.read_bytes(), "inscriptions.xlsx"), actor=None)

    again = check(XLSX.read_bytes(), "inscriptions.xlsx")
    assert lifecycle.already_committed(again) is None
    lifecycle.confirm(batch=again, actor=None)

    assert Enrolment.objects.count() == 45


def test_references_given_since_are_not_given_twice(sessions):
    first = import_all(register(line()))
    import_all(register(line(Nom="Riou", Prénom="Awa")))
    execution.undo(batch=first, actor=None)

    import_all(register(line(Nom="Madec", Prénom="Yann")))

    assert sorted(Agreement.objects.values_list("reference", flat=True)) == [
        "S-2026-01-A002", "S-2026-01-A003",
    ]  # fmt: skip


def test_a_person_known_before_gets_back_what_was_replaced(sessions):
    person = LearnerFactory(
        last_name="Kerrien", first_name="Maëlle", email="m@example.org", phone="0199000009", city=""
    )
    batch = import_all(
        register(line(Courriel="m@example.org", Téléphone="0199000001", Ville="Nantes"))
    )
    person.refresh_from_db()
    assert (person.phone, person.city) == ("0199000001", "Nantes")
    assert person.user is not None

    execution.undo(batch=batch, actor=None)

    person.refresh_from_db()
    assert (person.phone, person.city, person.user) == ("0199000009", "", None)
    assert not User.objects.exists()


def test_what_was_corrected_since_on_a_known_person_stays_and_is_said(sessions):
    person = LearnerFactory(
        last_name="Kerrien", first_name="Maëlle", email="m@example.org", phone="0199000009"
    )
    batch = import_all(register(line(Courriel="m@example.org", Téléphone="0199000001")))
    Learner.objects.filter(pk=person.pk).update(phone="0199000002")

    (sentence,) = preview.look(batch).kept
    execution.undo(batch=batch, actor=None)

    assert sentence.startswith(f"{person} : « Téléphone »")
    person.refresh_from_db()
    assert person.phone == "0199000002"


def test_a_draft_made_larger_is_made_smaller(sessions):
    import_all(register(line(**PAID)))
    batch = import_all(register(line(Nom="Riou", Prénom="Awa", **PAID)))
    assert Agreement.objects.get().seats == 2

    execution.undo(batch=batch, actor=None)

    assert Agreement.objects.get().seats == 1
    assert Company.objects.count() == 1


def test_the_import_that_made_a_draft_waits_for_those_that_enlarged_it(sessions):
    first = import_all(register(line(**PAID)))
    import_all(register(line(Nom="Riou", Prénom="Awa", **PAID)))

    reasons = refused(first)

    assert any("Accord S-2026-01-A001 : " in reason for reason in reasons)


def test_a_person_changed_since_stands_in_the_way(sessions):
    batch = import_all(register(line()))
    Learner.objects.update(phone="0199000002")

    assert refused(batch) == ["Maëlle Kerrien : fiche modifiée depuis l’import."]


def test_an_enrolment_that_moved_on_stands_in_the_way(sessions):
    batch = import_all(register(line()))
    enrolment_lifecycle.end(
        enrolment=Enrolment.objects.get(),
        to=EnrolmentState.CANCELLED,
        reason="Empêchée",
        actor=None,
    )

    (reason,) = refused(batch)

    assert reason.startswith("Maëlle Kerrien, S-2026-01 : a changé d’état")


def test_an_account_that_was_used_stands_in_the_way(sessions):
    batch = import_all(register(line(Courriel="m@example.org")))
    User.objects.update(last_login=timezone.now())

    assert refused(batch) == ["Compte m@example.org : le compte a servi."]


def _write_to(enrolment: Enrolment) -> Message:
    return outbox.send(mail=a_mail(), to_email="m@example.org", enrolment_id=enrolment.pk)


def test_messages_that_wait_are_withdrawn(sessions):
    batch = import_all(register(line()))
    _write_to(Enrolment.objects.get())
    assert preview.look(batch).messages == 1

    execution.undo(batch=batch, actor=None)

    assert not Message.objects.exists()


def test_a_message_received_stands_in_the_way(sessions):
    batch = import_all(register(line()))
    _write_to(Enrolment.objects.get())
    Message.objects.update(state=MessageState.SENT, sent_at=timezone.now())

    assert refused(batch) == ["Maëlle Kerrien, S-2026-01 : a reçu un message."]


def test_an_import_whose_details_were_erased_cannot_be_undone(sessions):
    batch = import_all(register(line()))
    ImportBatch.objects.update(written={})
    batch.refresh_from_db()

    (reason,) = refused(batch)

    assert "n’est plus gardé" in reason


def test_the_office_sees_what_goes_then_undoes(office, sessions):
    batch = import_all(register(line(Courriel="m@example.org")))
    address = reverse("imports:undo", args=[batch.uuid])
    assert address in office.get(reverse("imports:show", args=[batch.uuid])).content.decode()

    page = office.get(address).content.decode()
    assert "Ce qui sera retiré" in page
    assert "Maëlle Kerrien" in page
    done = office.post(address, follow=True).content.decode()

    assert "Cet import a été annulé le" in done
    assert not Enrolment.objects.exists()


def test_the_office_reads_what_stands_in_the_way_and_has_no_button(office, sessions):
    batch = import_all(register(line()))
    Learner.objects.update(phone="0199000002")

    page = office.post(reverse("imports:undo", args=[batch.uuid]), follow=True).content.decode()

    assert "fiche modifiée depuis l’import" in page
    assert "Annuler l’import</button>" not in page
    assert Enrolment.objects.exists()


def test_queries_do_not_depend_on_the_number_of_people(sessions):
    def queries(batch: ImportBatch) -> int:
        with CaptureQueriesContext(connection) as looked:
            preview.look(batch)
        return len(looked)

    one = import_all(register(line(Courriel="m@example.org")))
    three = import_all(many(3, session="S-2026-02"))

    assert queries(one) == queries(three)
