"""Signing on one's own phone, and the trainer's live list, without a script."""

import html
import json
import re

import pytest
import time_machine

from django.test import Client
from django.urls import reverse

from attendance.domain.recording import record_absence
from attendance.domain.room_codes import room_code
from attendance.models import AttendanceDispute, AttendanceEvent, SignatureClaim, WalkIn
from tests.attendance.people import DAY, TEN, Room, at, room
from tests.attendance_factories import AttendanceReceiptFactory
from tests.cast import Actor
from tests.factories import EnrolmentFactory
from tests.portal.phones import WRONG, link, own

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_o_clock():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def here(trainer: Actor) -> Room:
    return room(3).taught_by(trainer.person)


@pytest.fixture
def code(here: Room) -> str:
    return room_code(half_day=here.half_day, actor=here.actor)


@pytest.fixture
def phone() -> Client:
    return Client(HTTP_USER_AGENT="Telephone")


def live(here: Room, version: str = "") -> str:
    return reverse("portal:live", args=[here.half_day.pk]) + f"?v={version}"


TYPED = {"signed_name": "Aïcha Morvan", "consent": "on"}


def test_a_link_and_the_code_open_the_signature_and_the_phone_is_known_from_then_on(
    phone, here, code
):
    page = phone.get(link(here)).content.decode()
    assert "Aïcha" not in page  # a link alone says nothing of anybody
    response = phone.post(f"/emargement/lien-{here.enrolments[0].pk}/", {"code": code})
    assert response["Location"] == own(here)
    cookie = response.cookies["emargement"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/emargement/")
    text = phone.get(own(here)).content.decode()
    assert "Aïcha Morvan" in text
    assert "J’atteste ma présence" in text
    response = phone.post(own(here), TYPED | {"device_time": "2027-01-14T10:07:00+01:00"})
    assert response["Location"] == "/emargement/merci/"
    assert (
        "Présence de Aïcha Morvan\u00a0: enregistrée à 10\u00a0h. Merci."
        in phone.get("/emargement/merci/").content.decode()
    )
    event = AttendanceEvent.objects.get()
    assert (event.method, event.context["drift_seconds"]) == ("own_phone", 420)
    assert event.details.data["user_agent"] == "Telephone"
    assert len(event.details.data["device"]) == 64
    # Scanned again, the square says by name who has signed.
    phone.get(f"/emargement/salle/{code}/")
    assert "Présence de Aïcha Morvan\u00a0: déjà enregistrée." in (
        phone.get("/emargement/qui/").content.decode()
    )
    assert phone.get(own(here))["Location"] == "/emargement/merci/"
    assert "Présence de Aïcha Morvan\u00a0: déjà enregistrée." in (
        phone.get("/emargement/merci/").content.decode()
    )


def test_a_phone_that_is_lent_signs_for_the_person_who_holds_it(phone, here, code):
    phone.post(link(here), {"code": code})
    assert phone.get("/emargement/qui/")["Location"] == own(here)
    # « Ce n’est pas moi », on the page to sign: the names of the others, and no way back.
    other = re.search(r'href="(/emargement/qui/[^"]+)"', phone.get(own(here)).content.decode())[1]
    assert own(here, 1) in phone.get(other).content.decode()
    phone.post(own(here), TYPED)
    done = phone.get("/emargement/merci/").content.decode()
    assert "Présence de Aïcha Morvan\u00a0: enregistrée" in done
    assert f'href="{other}"' in done
    names = phone.get(other).content.decode()
    assert "Présence de Aïcha Morvan\u00a0: déjà enregistrée." in names
    assert f'href="{own(here)}"' not in names
    assert "Quelqu’un d’autre" in names
    paul = {"signed_name": "Paul Durand", "consent": "on"}
    assert phone.post(own(here, 1), paul)["Location"] == "/emargement/merci/"
    assert "Signature de Paul Durand\u00a0: reçue." in (
        phone.get("/emargement/merci/").content.decode()
    )
    claim = SignatureClaim.objects.get()
    assert (claim.enrolment, claim.kind) == (here.enrolments[1], "named")
    assert AttendanceEvent.objects.get().enrolment_id == here.enrolments[0].pk


def test_who_has_just_signed_leaves_the_list_and_is_not_asked_again(phone, here, code):
    phone.post("/emargement/", {"code": code})
    phone.post(own(here), TYPED)
    names = phone.get("/emargement/qui/").content.decode()
    assert f'href="{own(here)}"' not in names
    assert f'href="{own(here, 1)}"' in names
    assert phone.get(own(here))["Location"] == "/emargement/merci/"
    assert "Signature de Aïcha Morvan\u00a0: déjà reçue" in (
        phone.get("/emargement/merci/").content.decode()
    )


DRAWING = "[[[10,10],[200,180],[400,30]]]"


def test_a_signature_given_while_the_code_was_renewed_is_offered_again(phone, here, code, trainer):
    phone.post(link(here), {"code": code})
    renew = reverse("portal:room-code", args=[here.half_day.pk])
    trainer.post(renew)
    refused = phone.post(own(here), TYPED | {"strokes": DRAWING})
    assert refused.status_code == 422
    # The next form of the page, as a browser would send it, with a wrong code first.
    fields = hidden_fields(refused)
    assert fields["strokes"] == DRAWING
    again = phone.post("/emargement/", fields | {"code": "AAAAAA"})
    assert hidden_fields(again) == fields
    page = phone.post(
        "/emargement/", fields | {"code": room_code(half_day=here.half_day, actor=here.actor)}
    )
    assert hidden_fields(page)["strokes"] == DRAWING
    text = page.content.decode()
    assert 'value="Aïcha Morvan"' in text
    assert f'action="{own(here)}"' in text
    assert not AttendanceEvent.objects.exists()
    assert phone.post(own(here), hidden_fields(page))["Location"] == "/emargement/merci/"
    assert AttendanceEvent.objects.get().details.data["strokes"] == json.loads(DRAWING)


def hidden_fields(response) -> dict[str, str]:
    """What the form of a page sends without being touched, the token of the form apart."""
    found = re.findall(r"<input type=\"hidden\"[^>]*>", response.content.decode())
    pairs = {
        re.search(r'name="([^"]+)"', field)[1]: html.unescape(
            (re.search(r'value="([^"]*)"', field) or ("", ""))[1]
        )
        for field in found
    }
    pairs.pop("csrfmiddlewaretoken", None)
    return pairs


def test_the_square_of_the_room_spares_the_code_when_the_link_is_opened_next(phone, here, code):
    assert phone.get(f"/emargement/salle/{code}/")["Location"] == "/emargement/qui/"
    assert "Je n’ai pas mon lien" in phone.get("/emargement/qui/").content.decode()
    address = link(here)
    assert 'name="code"' not in phone.get(address).content.decode()
    assert phone.post(address)["Location"] == own(here)


@pytest.mark.parametrize(
    ("token", "typed", "status"),
    [("lien-faux", "", 422), ("", "AAAAAA", 422), ("lien-faux", "AAAAAA", 422)],
)
def test_a_wrong_link_and_a_wrong_code_get_the_same_answer(phone, here, code, token, typed, status):
    address = f"/emargement/{token}/" if token else link(here)
    response = phone.post(address, {"code": typed or code})
    assert response.status_code == status
    assert WRONG in response.content.decode()
    assert "emargement" not in response.cookies


@pytest.mark.parametrize("typed", ["", "A" * 21, "é😀", "<b>"])
def test_a_code_that_is_no_code_is_explained(phone, here, typed):
    response = phone.post("/emargement/", {"code": typed})
    assert response.status_code in {200, 422}
    assert 'role="alert"' in response.content.decode()


def test_nobody_signs_without_having_shown_the_code(phone, here, code):
    for address in (own(here), "/emargement/qui/"):
        assert phone.get(address)["Location"] == "/emargement/"
    assert phone.post(own(here), TYPED).status_code == 422
    phone.cookies["emargement_salle"] = "1:forge"
    assert phone.get("/emargement/qui/")["Location"] == "/emargement/"
    assert not AttendanceEvent.objects.exists()


def test_without_a_link_one_picks_one_s_name_and_the_trainer_confirms_with_one_tap(
    phone, here, code, trainer
):
    phone.post("/emargement/", {"code": code.lower()})
    names = phone.get("/emargement/qui/").content.decode()
    assert all(name in names for name in ("Aïcha Morvan", "Paul Durand", "Léa Martin"))
    assert "quand la personne formatrice l’aura confirmée" in phone.get(own(here)).content.decode()
    assert phone.post(own(here), TYPED)["Location"] == "/emargement/merci/"
    assert not AttendanceEvent.objects.exists()
    page = trainer.get(live(here)).content.decode()
    assert "A signé sur un téléphone à 10\u00a0h, sans lien personnel." in page
    confirm = re.search(r'action="([^"]+confirmer[^"]+)"', page)[1]
    assert trainer.post(confirm).status_code == 302
    assert AttendanceEvent.objects.get().method == "confirmed"
    assert "Signé<br>10\u00a0h" in trainer.get(live(here)).content.decode()
    # A second tap says what happened and records nothing more.
    assert trainer.post(confirm).status_code == 302
    assert AttendanceEvent.objects.count() == 1


def test_a_signature_set_aside_records_nothing(phone, here, code, trainer, other_trainer):
    phone.post("/emargement/", {"code": code})
    phone.post(own(here), TYPED)
    claim = SignatureClaim.objects.get()
    address = reverse("portal:refuse-claim", args=[here.half_day.pk, claim.uuid])
    assert other_trainer.post(address).status_code == 404
    assert trainer.post(address).status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.signature) == ("refused", {})
    assert not AttendanceEvent.objects.exists()


def test_a_signature_that_cannot_be_kept_is_explained_on_the_phone(phone, here, code):
    phone.post("/emargement/", {"code": code})
    response = phone.post(own(here), {"signed_name": "Paul Durand", "consent": "on"})
    assert "ne correspond pas à celui de Aïcha Morvan" in response.content.decode()
    response = phone.post(own(here), TYPED | {"device_time": "hier"})
    assert response.status_code == 302


# --- The live list --------------------------------------------------------------------------------


def version_of(page: str) -> str:
    return re.search(r'hx-get="[^"]+\?v=([^"]+)"', page)[1]


def test_the_list_is_sent_again_only_when_it_changed(trainer, here):
    page = trainer.get(reverse("portal:half-day", args=[here.half_day.pk])).content.decode()
    assert "0 sur 3 en présence." in page
    assert "Mettre à jour" in page
    version = version_of(page)
    assert trainer.get(live(here, version)).status_code == 204
    here.sign(here.enrolments[1])
    changed = trainer.get(live(here, version))
    assert changed.status_code == 200
    text = changed.content.decode()
    assert "1 sur 3 en présence." in text
    assert "<html" not in text
    assert trainer.get(live(here, version_of(text))).status_code == 204
    record_absence(
        half_day=here.half_day,
        enrolment=here.enrolments[0],
        absence_reason="work",
        actor=here.actor,
    )
    assert trainer.get(live(here, version_of(text))).status_code == 200


@pytest.mark.parametrize("people", [1, 3])
def test_asking_whether_the_list_changed_costs_the_same_few_queries(
    trainer, people, django_assert_max_num_queries
):
    place = room(people).taught_by(trainer.person)
    for enrolment in place.enrolments:
        place.sign(enrolment)
    version = version_of(trainer.get(live(place)).content.decode())
    with django_assert_max_num_queries(9):
        assert trainer.get(live(place, version)).status_code == 204


# --- The room's code, people not enrolled ---------------------------------------------------------


def test_the_code_is_shown_large_and_can_be_changed(trainer, here, code):
    address = reverse("portal:room-code", args=[here.half_day.pk])
    page = trainer.get(address).content.decode()
    assert code in page
    assert 'src="data:image/svg+xml' in page
    trainer.post(address)
    assert code not in trainer.get(address).content.decode()


def test_somebody_not_enrolled_is_noted_and_counts_for_nothing(trainer, here):
    address = reverse("portal:walk-in", args=[here.half_day.pk])
    assert "Indiquez le prénom et le nom." in trainer.post(address).content.decode()
    trainer.post(address, {"name": " Noé  Kerbrat ", "contact": "06 00 00 00 00"})
    assert WalkIn.objects.get().name == "Noé Kerbrat"
    page = trainer.get(reverse("portal:half-day", args=[here.half_day.pk])).content.decode()
    assert "Noé Kerbrat" in page
    assert "0 sur 3 en présence." in page
    assert not AttendanceEvent.objects.exists()


def test_before_the_window_the_phone_is_told_when_it_opens(phone, here, code):
    with time_machine.travel(at(8, 44), tick=False):
        response = phone.post("/emargement/", {"code": code})
        assert response.status_code == 422
        assert "ouvre le jeudi 14\u00a0janvier 2027 à 8\u00a0h\u00a045" in response.content.decode()


# --- After the day --------------------------------------------------------------------------------


def test_only_the_button_says_that_a_day_is_not_exact(phone, here):
    here.sign(here.enrolments[0])
    AttendanceReceiptFactory(
        enrolment=here.enrolments[0], day=DAY, token="recu", disputable_until=at(10, day=16)
    )
    address = "/emargement/journee/recu/"
    # Machines that read mails open every link of theirs.
    for _read in range(2):
        page = phone.get(address).content.decode()
        assert phone.head(address).status_code == 200
    assert "présence, 3\u00a0h\u00a030" in page
    assert not AttendanceDispute.objects.exists()
    assert phone.post(address, {"comment": "Partie à 11 h"}).status_code == 302
    assert AttendanceDispute.objects.get().comment == "Partie à 11 h"
    assert "Nous vérifions et revenons vers vous." in phone.get(address).content.decode()
    phone.post(address, {"comment": "encore"})
    assert AttendanceDispute.objects.count() == 1


def test_past_its_time_a_receipt_says_whom_to_write_to(phone, here):
    AttendanceReceiptFactory(
        enrolment=here.enrolments[0], day=DAY, token="recu", disputable_until=at(9)
    )
    response = phone.post("/emargement/journee/recu/")
    assert response.status_code == 422
    assert "ne se conteste plus en ligne" in response.content.decode()
    assert phone.get("/emargement/journee/autre/").status_code == 404


def test_somebody_signs_after_the_fact_with_a_reason_by_link_or_in_their_space(
    phone, here, learner, trainer
):
    link_address = link(here)
    address = f"{link_address}apres/"
    # While one may still sign on the spot, the page says until when, and leads there.
    early = phone.get(address).content.decode()
    assert "vous pouvez encore signer sur place, jusqu’à" in early
    assert "Après coup, ce sera possible ici à partir de cette heure." in early
    assert f'href="{link_address}"' in early
    assert "Aucune demi-journée passée" not in early
    with time_machine.travel(at(8), tick=False):
        assert "Aucune demi-journée passée" in phone.get(address).content.decode()
    with time_machine.travel(at(14), tick=False):
        late = TYPED | {"half_day": here.half_day.pk}
        assert "Indiquez pourquoi." in phone.post(address, late).content.decode()
        for wrong in ("", "999999", "x"):
            text = phone.post(address, late | {"half_day": wrong}).content.decode()
            assert "Choisissez" in text
        assert phone.post(address, late | {"reason": "Plus de batterie"}).status_code == 302
        assert SignatureClaim.objects.get().kind == "late"
        assert "« Plus de batterie »".replace("« ", "«\u00a0").replace(" »", "\u00a0»") in (
            trainer.get(live(here)).content.decode()
        )
        assert phone.get("/emargement/lien-faux/apres/").status_code == 404
        mine = EnrolmentFactory(session=here.session, learner=learner.person)
        own_address = reverse("portal:own-late-statement", args=[mine.uuid])
        assert own_address in learner.get("/espace/").content.decode()
        assert "Signer après coup" in learner.get(own_address).content.decode()


def test_the_address_kept_with_a_signature_is_that_of_the_phone_not_of_the_proxy(
    phone, here, code, settings
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    behind = {"HTTP_X_FORWARDED_FOR": "192.0.2.66, 203.0.113.5", "REMOTE_ADDR": "127.0.0.1"}
    phone.post(link(here), {"code": code}, **behind)
    assert phone.post(own(here), TYPED, **behind).status_code == 302
    assert AttendanceEvent.objects.get().details.data["ip"] == "203.0.113.5"
