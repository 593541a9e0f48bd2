"""A whole room behind one network address: everyone logs in, scans the square and signs."""

import pytest
import time_machine

from django.core import mail
from django.test import Client
from django.urls import reverse

from attendance.domain.room_codes import code_to_show, secret_of
from attendance.models import AttendanceEvent, SignatureClaim
from tests.accounts.test_login import ask_code, code_in
from tests.attendance.people import TEN, crowd, link_of
from tests.cast import Actor
from training.domain.accounts import ensure_users

pytestmark = pytest.mark.django_db
PEOPLE = 25


def test_twenty_five_people_log_in_and_sign_in_the_same_minute(trainer: Actor):
    with time_machine.travel(TEN, tick=False):
        here = crowd(PEOPLE).taught_by(trainer.person)
        ensure_users(people=[item.learner for item in here.enrolments])
        shown = secret_of(code_to_show(half_day=here.half_day, actor=here.actor))
        for rank, enrolment in enumerate(here.enrolments):
            phone = Client()
            enrolment.refresh_from_db()
            ask_code(phone, enrolment.learner.email)
            code = {"code": code_in(mail.outbox[rank])}
            assert phone.post(reverse("account_confirm_login_code"), code).url == "/espace/"
            assert "Signer ma présence" in phone.get("/espace/").content.decode()
            assert phone.get(f"/emargement/salle/{shown}/").url == reverse("portal:sign-who")
            # Every other person has opened their link, and needs nobody.
            if rank % 2:
                assert phone.post(f"/emargement/{link_of(enrolment)}/").status_code == 302
            signed = {"signed_name": str(enrolment.learner), "consent": "on"}
            answer = phone.post(reverse("portal:sign-own", args=[enrolment.uuid]), signed)
            assert answer.url == reverse("portal:sign-own-done")
        assert AttendanceEvent.objects.count() == PEOPLE // 2
        assert SignatureClaim.objects.count() == PEOPLE - PEOPLE // 2
