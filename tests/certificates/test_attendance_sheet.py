"""The sheet: a word or a signature in every cell, the trainers', the head of the chain."""

import datetime as dt
import subprocess

import pytest
import time_machine

from attendance.domain.locking import lock_half_day
from attendance.domain.recording import correct, record_absence
from attendance.domain.strokes import SIZE, drawing
from attendance.enums import AttendanceMethod
from attendance.models import AttendanceEvent, AttendanceEventDetails
from certificates import kinds
from certificates.domain.issuing import requests
from certificates.domain.issuing.subjects import About
from certificates.domain.kinds import attendance_sample, attendance_sheet
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.domain.rendering import engine
from certificates.domain.rendering.freezing import freeze
from certificates.models import Document
from core.registry import Role
from tests.attendance.people import DAY, at, drawn, room, typed
from tests.certificates.sessions import completed_session, stored_bytes, text_of
from tests.factories import CompanyFactory, HalfDayFactory, OrganisationFactory, UserFactory
from training.enums import AbsenceReason
from training.models import EnrolmentHalfDay, SessionGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    """Four people on 14 January 2027: drawn, typed, excused, corrected after the lock."""
    OrganisationFactory()
    with time_machine.travel(at(12, 25), tick=False):
        place = room(4)
        aicha, paul, lea, ines = place.enrolments
        place.sign(
            aicha,
            method=AttendanceMethod.DRAWN_ON_TRAINER_DEVICE,
            signature=drawn([[[10, 10], [900, 400], [200, 800]]]),
        )
        place.sign(paul, arrived_at=at(9, 40))
        record_absence(
            half_day=place.half_day,
            enrolment=lea,
            absence_reason=AbsenceReason.EXCUSED,
            comment="Rendez-vous médical",
            actor=place.actor,
        )
        place.sign(ines)
        lock_half_day(
            half_day=place.half_day,
            trainer=place.trainer,
            actor=place.actor,
            signature=typed(str(place.trainer)),
        )
        correct(
            half_day=place.half_day,
            enrolment=ines,
            state="present",
            left_at=at(11, 30),
            reason="Partie plus tôt",
            actor=UserFactory(roles=[Role.OFFICE]),
        )
    return place


def sheet_of(place) -> dict:
    facts = DocumentFacts(place.session)
    return freeze(attendance_sheet.context(facts=facts, enrolment=None, on=DAY))


def cells(sheet: dict) -> dict[str, list[dict]]:
    return {
        row["name"]: [cell for block in sheet["blocks"] for cell in _cells_of(block, row["name"])]
        for row in sheet["blocks"][0]["rows"]
    }


def _cells_of(block: dict, name: str) -> list[dict]:
    return next(row["cells"] for row in block["rows"] if row["name"] == name)


def test_each_way_of_being_there_or_not_is_said(here):
    found = cells(sheet_of(here))
    (aicha,) = found["Aïcha Morvan"]
    assert aicha["drawing"]["path"].startswith("M")
    (paul,) = found["Paul Durand"]
    assert paul["typed"] == "Paul Durand"
    assert paul["notes"] == [
        "12\u00a0h\u00a025",
        "signature saisie, avec accord",
        "arrivée 9\u00a0h\u00a040",
        "2\u00a0h\u00a050 suivies",
    ]
    (lea,) = found["Léa Martin"]
    assert lea["text"] == "Absence excusée"
    (ines,) = found["Inès Caradec"]
    # The correction of her times leaves her own signature in place.
    assert ines["typed"] == "Inès Caradec"
    assert "corrigé le 14\u00a0janvier 2027" in ines["notes"]
    assert "départ 11\u00a0h\u00a030" in ines["notes"]


def test_the_reason_of_an_absence_is_never_there(here):
    assert "médical" not in str(sheet_of(here))


def test_no_cell_is_without_a_word(here):
    half_day = here.half_day
    HalfDayFactory(session=here.session, day=DAY + dt.timedelta(days=1))
    EnrolmentHalfDay.objects.create(
        enrolment=here.enrolments[0],
        half_day=here.session.half_days.exclude(pk=half_day.pk).get(),
        expected=False,
    )
    sheet = sheet_of(here)
    for row in cells(sheet).values():
        for cell in row:
            assert cell["drawing"] or cell["typed"] or cell["text"]
    assert cells(sheet)["Aïcha Morvan"][1]["text"] == "présence non prévue"
    assert cells(sheet)["Paul Durand"][1]["text"] == "rien d’enregistré"
    assert [item["text"] for item in sheet["blocks"][0]["trainers"][1]] == [
        "personne n’est désigné"
    ]


def test_the_trainer_signs_each_half_day(here):
    ((signature,),) = sheet_of(here)["blocks"][0]["trainers"]
    assert signature["name"] == str(here.trainer)
    assert signature["typed"] == str(here.trainer)
    assert signature["notes"] == ["close à 12\u00a0h\u00a025"]


def test_a_half_day_closed_early_prints_why():
    OrganisationFactory()
    with time_machine.travel(at(11, 0), tick=False):
        place = room(1)
        place.sign(place.enrolments[0])
        lock_half_day(
            half_day=place.half_day,
            trainer=place.trainer,
            actor=place.actor,
            signature=typed(str(place.trainer)),
            early_reason="Coupure de courant",
        )
    ((signature,),) = sheet_of(place)["blocks"][0]["trainers"]
    assert "avant la fin\u00a0: Coupure de courant" in signature["notes"]


def test_a_half_day_closed_by_the_staff_says_so():
    OrganisationFactory()
    with time_machine.travel(at(12, 25), tick=False):
        place = room(1)
        place.sign(place.enrolments[0])
        lock_half_day(
            half_day=place.half_day,
            trainer=None,
            actor=UserFactory(roles=[Role.OFFICE]),
            signature=None,
            reason="Formatrice malade",
        )
    sheet = sheet_of(place)
    ((signature,),) = sheet["blocks"][0]["trainers"]
    assert signature["text"] == "Close par l’organisme"
    assert signature["name"].startswith("Camille Essai")
    assert "malade" not in str(sheet)


def test_erased_signatures_are_said_to_be_erased(here):
    AttendanceEventDetails.objects.filter(event__enrolment=here.enrolments[0]).delete()
    (aicha,) = cells(sheet_of(here))["Aïcha Morvan"]
    assert aicha["drawing"] is None
    assert "effacée" in aicha["text"]


def test_the_head_of_the_chain_is_printed(here):
    sheet = sheet_of(here)
    last = AttendanceEvent.objects.filter(session=here.session).order_by("-sequence")[0]
    assert (sheet["chain_head"], sheet["events"]) == (last.hash, last.sequence)
    document = Document(
        kind=kinds.ATTENDANCE_SHEET, context=sheet, issued_on=DAY, session=here.session
    )
    assert last.hash in text_of(engine.render(document)).replace(" ", "")


def test_groups_that_follow_other_half_days_are_not_waited_for(here):
    group = SessionGroup.objects.create(session=here.session, name="B")
    other = HalfDayFactory(session=here.session, day=DAY + dt.timedelta(days=1))
    other.groups.add(group)
    assert {row[1]["text"] for row in cells(sheet_of(here)).values()} == {"présence non prévue"}


def test_the_issued_sheet_names_people_companies_dates_and_hours(run_jobs):
    session = completed_session(people=2, absences=1)
    enrolment = session.enrolments.order_by("pk")[0]
    enrolment.employer = CompanyFactory(name="Ferme du Bout du Pont")
    enrolment.save()
    run_jobs()
    sheet = Document.objects.get(kind=kinds.ATTENDANCE_SHEET)
    text = text_of(stored_bytes(sheet))
    for person in session.enrolments.select_related("learner"):
        assert str(person.learner) in text
    for expected in [
        "Feuille d’émargement",
        "Ferme du Bout du Pont",
        "9 h – 12 h 30",
        "Absence excusée",
        "Signature des personnes formatrices",
        str(session.half_days.first().assignments.get().trainer),
        "Coopérative d’essai",
        session.title,
    ]:
        assert expected in text


def test_the_sheet_of_a_session_costs_the_same_queries_whatever_its_people(
    django_assert_max_num_queries,
):
    for people in (1, 3):
        session = completed_session(people=people)
        facts = DocumentFacts(session)
        with django_assert_max_num_queries(21):
            attendance_sheet.context(facts=facts, enrolment=None, on=DAY)


def test_many_half_days_are_set_in_several_tables(here):
    for offset in range(1, 8):
        HalfDayFactory(session=here.session, day=DAY + dt.timedelta(days=offset))
    assert [len(block["half_days"]) for block in sheet_of(here)["blocks"]] == [8]
    for offset in range(8, 12):
        HalfDayFactory(session=here.session, day=DAY + dt.timedelta(days=offset))
    sheet = sheet_of(here)
    # As few tables as possible, none of them narrow.
    assert [len(block["half_days"]) for block in sheet["blocks"]] == [6, 6]
    assert all(len(row["cells"]) == 6 for row in sheet["blocks"][1]["rows"])


def test_a_sheet_is_kept_when_asked_for_again(run_jobs):
    session = completed_session(people=1)
    run_jobs()
    sheet = Document.objects.get(kind=kinds.ATTENDANCE_SHEET)
    assert (
        requests.request_document(
            kind=kinds.ATTENDANCE_SHEET, about=About(session=session), actor=None
        )
        == sheet
    )


# --- Strokes --------------------------------------------------------------------------------------


def test_a_drawing_keeps_its_shape_and_loses_its_straight_points():
    drawn_line = drawing([[[100, 100], [200, 200], [300, 300], [2000, 2000]]])
    assert drawn_line["path"].count(" ") + drawn_line["path"].count("-") <= 3
    assert drawn_line["width"] == drawn_line["height"] == SIZE + 4


def test_a_wide_signature_stays_wide():
    wide = drawing([[[0, 0], [2000, 0], [1000, 500]]])
    assert wide["width"] > 3 * wide["height"]


@pytest.mark.parametrize("strokes", [[], [[]], [[[5, 5]]]])
def test_nothing_drawn_is_no_drawing(strokes):
    assert drawing(strokes) is None


def test_a_dot_and_a_flat_line_can_be_drawn():
    assert drawing([[[5, 5]], [[5, 5], [5, 5]]])["path"]
    assert drawing([[[0, 7], [2000, 7]]])["height"] == 4


# --- Pages ----------------------------------------------------------------------------------------


def pages_of(people: int) -> list[str]:
    """The text of each page of a sheet of one half-day, rendered with this many people."""
    facts = attendance_sample.sample()
    block = facts["blocks"][0]
    rows = [
        {**block["rows"][0], "name": f"Personne {rank:02d}", "cells": block["rows"][0]["cells"][:1]}
        for rank in range(people)
    ]
    one = {
        **block,
        "dense": False,
        "half_days": block["half_days"][:1],
        "trainers": block["trainers"][:1],
        "rows": rows,
    }
    document = Document(
        kind=kinds.ATTENDANCE_SHEET,
        context=freeze({**facts, "blocks": [one]}),
        issued_on=DAY,
        token="a" * 43,
    )
    done = subprocess.run(
        ["pdftotext", "-", "-"], input=engine.render(document), capture_output=True, check=True
    )
    return done.stdout.decode().split("\f")


def test_the_signature_of_the_trainer_is_never_alone_on_a_page():
    """However many people: the first count that spills takes a person along."""
    for people in (8, 9, 10, 11):
        (page,) = [text for text in pages_of(people) if "Signature des" in text]
        assert "Personne" in page.split("Signature des")[0].replace("Personne formée", "")
