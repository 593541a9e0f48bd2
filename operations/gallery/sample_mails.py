"""Every mail of every app, composed on invented people who are in no database."""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils import timezone

from accounts.models import User
from attendance.domain.receipts import RecordedLine
from attendance.mails import (
    AbsenceFacts,
    absence_facts,
    absence_notice_company,
    absence_notice_funder,
    attendance_receipt,
    lock_reminder,
    signing_link_facts,
)
from attendance.models import AbsenceFollowUp, AttendanceEvent, AttendanceReceipt, SigningLink
from certificates import kinds
from certificates import mails as document_mails
from certificates.models import Document
from core.mails import ComposedMail, compose
from evaluations.mails import questionnaire_invitation
from evaluations.models import Invitation
from quality import mails as quality_mails
from quality.models import Complaint
from training import mails
from training.models import (
    Agreement,
    AttendanceMark,
    Company,
    Contact,
    Enquiry,
    Enrolment,
    FundingLine,
    HalfDay,
    Learner,
    ProgrammeVersion,
    Trainer,
    TrainingSession,
    Venue,
)

TOKEN = "exemple"  # noqa: S105  leads nowhere
REASON = "le groupe n’a pas réuni assez de personnes ; la session de mars reste ouverte"
NOON = dt.datetime(2027, 1, 14, 12, 0, tzinfo=dt.UTC)


def _session() -> TrainingSession:
    version = ProgrammeVersion(
        title="Faciliter un collectif : poser le cadre, décider « par consentement »"
    )
    venue = Venue(name="Ferme de l’Abbatiale", city="Saint-Gildas-des-Bois")
    return TrainingSession(code="S-2027-01", programme_version=version, venue=venue)


def _half_days() -> list[HalfDay]:
    session = _session()
    return [
        HalfDay(
            pk=rank,
            session=session,
            venue=session.venue,
            label=label,
            starts_at=NOON.replace(hour=hour),
            ends_at=NOON.replace(hour=hour + 3, minute=30),
            counted_minutes=210,
        )
        for rank, (label, hour) in enumerate([("morning", 8), ("afternoon", 13)], start=1)
    ]


def _enrolment() -> Enrolment:
    learner = Learner(
        title="Mme",
        first_name="Phương-Thảo",
        last_name="de Kergariou-Penn ar C’hoadoù",
        email="phuong-thao@example.org",
        user=User(pk=1, email="phuong-thao@example.org"),
    )
    return Enrolment(learner=learner, session=_session(), waiting_rank=2)


def _document(kind: str, *, supersedes: Document | None = None) -> Document:
    spec, enrolment = kinds.get(kind), _enrolment()
    return Document(
        kind=kind,
        number=f"{spec.prefix}-2027-0012" if spec.is_numbered else "",
        context=spec.sample(),
        session=enrolment.session,
        enrolment=enrolment,
        agreement=Agreement(reference="A-2027-003"),
        issued_on=NOON.date(),
        supersedes=supersedes,
    )


def _replacement(kind: str) -> Document:
    return _document(kind, supersedes=_document(kind))


def _contact() -> Contact:
    company = Company(name="Association pour l’habitat partagé du pays de Redon")
    return Contact(name="Rozenn Tual", company=company)


def _enquiry() -> Enquiry:
    return Enquiry(
        pk=1,
        name="Gwenc’hlan Arzel",
        organisation="Tiers-lieu du Sillon",
        subject="training",
        received_at=NOON,
    )


def _complaint() -> Complaint:
    return Complaint(
        pk=1,
        received_at=NOON,
        author_name="Zoë Guégan",
        author_kind="learner",
    )


def _receipt() -> ComposedMail:
    morning, afternoon = _half_days()
    return attendance_receipt(
        AttendanceReceipt(
            enrolment=_enrolment(),
            day=NOON.date(),
            disputable_until=NOON + dt.timedelta(days=2),
        ),
        [
            RecordedLine(
                half_day=morning,
                mark=AttendanceMark(state="present", minutes=210),
                event=AttendanceEvent(kind="presence", method="drawn", received_at=NOON),
            ).sentence,
            RecordedLine(half_day=afternoon).sentence,
        ],
        TOKEN,
    )


def _confirmed() -> ComposedMail:
    # Its function reads the half-days of a session that the database knows.
    return compose("enrolment_confirmed", mails.confirmation_facts(_enrolment(), _half_days()))


def _half_day_changed(*, is_moved: bool) -> ComposedMail:
    morning, afternoon = _half_days()
    return mails.half_day_changed(
        morning,
        target=afternoon if is_moved else None,
        to=_enrolment().learner,
        reason="la personne formatrice est empêchée",
    )


def _signing_link() -> ComposedMail:
    link = SigningLink(enrolment=_enrolment(), expires_at=NOON)
    return compose("signing_link", signing_link_facts(link, TOKEN, _half_days()))


def _absence(name: str, **more: Any) -> ComposedMail:
    # Their functions read the half-days missed, which only the database knows.
    follow_up = AbsenceFollowUp(enrolment=_enrolment(), due_on=NOON.date(), uuid=uuid.UUID(int=0))
    return compose(name, {**absence_facts(follow_up, _half_days()), **more})


def _absence_facts(*, left: bool) -> AbsenceFacts:
    return AbsenceFacts(
        enrolment=_enrolment(), half_days=_half_days(), left_on=NOON.date() if left else None
    )


def _invitation() -> ComposedMail:
    invitation = Invitation(enrolment=_enrolment(), expires_at=timezone.now())
    return questionnaire_invitation(invitation, TOKEN)


#: Path in the gallery → (template « folder/kind », what to compose). A kind that says several
#: things has several lines.
SAMPLES: dict[str, tuple[str, Callable[[], ComposedMail]]] = {}


def _add(template: str, composed: Callable[[], Any], *, word: str = "") -> None:
    slug = template.split("/")[-1].replace("_", "-") + (f"-{word}" if word else "")
    SAMPLES[slug] = (template, composed)


for _name in (
    "enrolment_received",
    "enrolment_waitlisted",
    "enrolment_already_known",
    "enrolment_accepted",
    "place_offered",
):
    _compose = getattr(mails, _name)
    _add(f"training/mail/{_name}", lambda composer=_compose: composer(_enrolment()))
_add(
    "training/mail/enrolment_to_confirm",
    lambda: mails.enrolment_to_confirm(
        _enrolment(), "jeton", timezone.now() + dt.timedelta(days=2)
    ),
)
_add("training/mail/enrolment_confirmed", _confirmed)
_add("training/mail/enrolment_refused", lambda: mails.enrolment_refused(_enrolment(), REASON))
_add("training/mail/session_cancelled", lambda: mails.session_cancelled(_enrolment(), REASON))
_add("evaluations/mail/questionnaire_invitation", _invitation)
_add(
    "attendance/mail/lock_reminder",
    lambda: lock_reminder(_half_days()[0], Trainer(first_name="Gwenaëlle", last_name="Tanguy")),
)
_add("training/mail/half_day_changed", lambda: _half_day_changed(is_moved=True))
_add("training/mail/half_day_changed", lambda: _half_day_changed(is_moved=False), word="annulation")
for _name in ("account_address_left", "account_address_taken"):
    _moved = partial(
        getattr(mails, _name), Trainer(first_name="Gwenaëlle", last_name="Tanguy"), NOON
    )
    _add(f"training/mail/{_name}", _moved)
_add("attendance/mail/signing_link", _signing_link)
_add("attendance/mail/attendance_receipt", _receipt)
for _name in ("absence_document_asked", "absence_document_reminder"):
    _add(f"attendance/mail/{_name}", lambda name=_name: _absence(name))
_add(
    "attendance/mail/absence_document_refused",
    lambda: _absence("absence_document_refused", reason="la date ne se lit pas"),
)
for _left, _word in ((False, ""), (True, "depart")):
    _add(
        "attendance/mail/absence_notice_company",
        lambda left=_left: absence_notice_company(_absence_facts(left=left)),
        word=_word,
    )
    _add(
        "attendance/mail/absence_notice_funder",
        lambda left=_left: absence_notice_funder(
            _absence_facts(left=left), FundingLine(file_number="2027-44-0081")
        ),
        word=_word,
    )
_add("training/mail/enquiry_received", lambda: mails.enquiry_received(_enquiry()))
_add("training/mail/enquiry_to_team", lambda: mails.enquiry_to_team(_enquiry()))
for _name, _kind in (
    ("certificate_issued", kinds.CERTIFICATE),
    ("document_issued", kinds.TRAINING_STATEMENT),
    ("convocation", kinds.CONVOCATION),
):
    _compose = getattr(document_mails, _name)
    _add(
        f"certificates/mail/{_name}",
        lambda composer=_compose, kind=_kind: composer(_document(kind)),
    )
    _add(
        f"certificates/mail/{_name}",
        lambda composer=_compose, kind=_kind: composer(_replacement(kind)),
        word="remplacement",
    )
_add(
    "certificates/mail/agreement_document",
    lambda: document_mails.agreement_document(_document(kinds.CONVENTION), "Rozenn Tual"),
)
_add(
    "certificates/mail/company_documents",
    lambda: document_mails.company_documents(
        _contact(), [_document(kinds.CERTIFICATE)] * 3, part=1, parts=2
    ),
)
_add("quality/mail/complaint_received", lambda: quality_mails.complaint_received(_complaint()))
_add("quality/mail/complaint_to_team", lambda: quality_mails.complaint_to_team(_complaint()))
