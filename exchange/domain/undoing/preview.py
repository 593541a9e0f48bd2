"""What undoing an import would take away, put back and leave, and what stands in the way."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.enums import MessageState as State
from core.models import Message
from exchange.domain.registers.headings import LABELS
from exchange.domain.registers.known_people import stored
from exchange.domain.trace import WATCHED, draft_values, prints
from exchange.enums import ImportState
from exchange.models import ImportBatch
from training.enums import AdaptationState, FundingState
from training.models import (
    Adaptation,
    Agreement,
    Company,
    Enrolment,
    Funder,
    FundingLine,
    Learner,
)

#: Messages that no one received: they are withdrawn.
UNSENT = (State.QUEUED, State.FAILED, State.TO_DELIVER)


@dataclass
class Undoing:
    """What undoing an import would do."""

    enrolments: list[Enrolment] = field(default_factory=list)
    learners: list[Learner] = field(default_factory=list)
    companies: list[Company] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    funders: list[Funder] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    #: Number of messages that wait, and will not leave.
    messages: int = 0
    #: People known before whose record is put back, with the fields.
    restored: list[tuple[Learner, list[str]]] = field(default_factory=list)
    #: Sentences: what the import changed and that stays as it is today, and why.
    kept: list[str] = field(default_factory=list)
    #: Sentences: what stands in the way.
    blockers: list[str] = field(default_factory=list)


def look(batch: ImportBatch) -> Undoing:
    """What undoing would take away, put back, leave; and what stands in the way. Writes nothing.

    The number of queries does not depend on the number of people.
    """
    if batch.state != ImportState.COMMITTED:
        return Undoing(
            blockers=[f"Cet import est à l’état « {batch.get_state_display()} » : rien à annuler."]
        )
    if not batch.written:
        return Undoing(
            blockers=[
                "Le détail de ce que cet import a écrit n’est plus gardé : il ne peut plus être "
                "annulé d’un geste. Terminez les inscriptions une par une."
            ]
        )
    return _Look(batch).undoing()


class _Look:
    def __init__(self, batch: ImportBatch) -> None:
        self.batch, self.data = batch, batch.written
        of_batch = Enrolment.objects.filter(imported_row__batch=batch)
        self.enrolments = list(of_batch.select_related("learner", "session").order_by("pk"))
        self.made: dict[type[models.Model], dict[int, Any]] = {
            Enrolment: {row.pk: row for row in self.enrolments},
            Learner: self._rows(Learner),
            Company: self._rows(Company),
            Agreement: self._rows(Agreement),
            User: User.objects.in_bulk(self.data["users"]),
        }
        self.own: dict[str, Q] = {
            "exchange.importedrow": Q(batch=batch),
            "training.enrolment": Q(imported_row__batch=batch),
            "training.fundingline": Q(enrolment__imported_row__batch=batch),
            "training.adaptation": Q(enrolment__imported_row__batch=batch),
            "core.message": Q(enrolment__imported_row__batch=batch, state__in=UNSENT),
            "training.agreement": Q(pk__in=self.made[Agreement]),
            "training.learner": Q(pk__in=[*self.made[Learner], *map(int, self.data["linked"])]),
        }
        #: What stands in the way → why.
        self.reasons: dict[str, list[str]] = defaultdict(list)

    def _rows(self, model: type[models.Model]) -> dict[int, Any]:
        known = self.data["prints"][model._meta.model_name]
        return model._base_manager.in_bulk([int(pk) for pk in known])

    def undoing(self) -> Undoing:
        for model in WATCHED:
            self._changed_since(model)
        for model in self.made:
            self._leaned_on(model)
        self._moved_on()
        self._logged_in()
        result = Undoing(
            enrolments=self.enrolments,
            learners=list(self.made[Learner].values()),
            companies=list(self.made[Company].values()),
            agreements=list(self.made[Agreement].values()),
            users=list(self.made[User].values()),
            messages=Message.objects.filter(self.own["core.message"]).count(),
        )
        self._funders(result)
        self._restored(result)
        self._enlarged()
        result.blockers = [
            f"{who} : {', '.join(dict.fromkeys(reasons))}." for who, reasons in self.reasons.items()
        ]
        return result

    def _changed_since(self, model: type[models.Model]) -> None:
        """Rows changed or deleted since."""
        before = self.data["prints"][model._meta.model_name]
        now = prints(model, map(int, before))
        for pk, printed in before.items():
            if pk not in now:
                self.reasons[f"{str(model._meta.verbose_name).capitalize()} n° {pk}"].append(
                    "n’existe plus"
                )
            elif now[pk] != printed:
                self.reasons[_name(self.made[model][int(pk)])].append(
                    "a changé d’état ou de contenu depuis l’import"
                    if model in {Enrolment, Agreement}
                    else "fiche modifiée depuis l’import"
                )

    def _leaned_on(self, model: type[models.Model]) -> None:
        """Rows of any app that point at what would go, and that are not of this import."""
        rows = self.made[model]
        if not rows:
            return
        for relation in model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ForeignObjectRel):
                continue
            other, name = relation.related_model, relation.field.name
            tied = other._base_manager.filter(**{f"{name}__in": list(rows)})
            if own := self.own.get(other._meta.label_lower):
                tied = tied.exclude(own)
            for pk in tied.order_by().values_list(name, flat=True).distinct():
                self.reasons[_name(rows[pk])].append(_tie(other, name))

    def _moved_on(self) -> None:
        """Answers that came since: a payer's, or a decision about the enrolment."""
        paid = FundingLine.objects.filter(self.own["training.fundingline"]).exclude(
            state=FundingState.REQUESTED, file_number="", answered_on=None
        )
        decided = Adaptation.objects.filter(self.own["training.adaptation"]).exclude(
            state=AdaptationState.REQUESTED, decision=""
        )
        for rows in (paid, decided):
            for pk in rows.order_by().values_list("enrolment", flat=True).distinct():
                self.reasons[_name(self.made[Enrolment][pk])].append("le dossier a avancé")

    def _logged_in(self) -> None:
        for user in self.made[User].values():
            if user.last_login is not None:
                self.reasons[_name(user)].append("le compte a servi")

    def _funders(self, result: Undoing) -> None:
        """A body that others name since stays."""
        found = Funder.objects.in_bulk(self.data["funders"])
        agreements = Agreement.objects.filter(funder__in=found).exclude(
            self.own["training.agreement"]
        )
        lines = FundingLine.objects.filter(payer_funder__in=found).exclude(
            self.own["training.fundingline"]
        )
        used = {
            *agreements.order_by().values_list("funder", flat=True),
            *lines.order_by().values_list("payer_funder", flat=True),
        }
        for pk, funder in found.items():
            if pk in used:
                result.kept.append(f"Le financeur {funder} sert ailleurs : il reste.")
            else:
                result.funders.append(funder)

    def _restored(self, result: Undoing) -> None:
        """The people known before: each field that is still as the import left it goes back."""
        changed = self.data["changed"]
        people = Learner.objects.in_bulk([int(pk) for pk in changed])
        for pk, fields in changed.items():
            if (learner := people.get(int(pk))) is None:
                continue
            done = []
            for name, (old, new) in fields.items():
                if stored(getattr(learner, name)) == new:
                    setattr(learner, name, old or (None if name == "birth_date" else ""))
                    done.append(name)
                else:
                    result.kept.append(
                        f"{learner} : « {LABELS[name]} » a été changé depuis l’import et reste "
                        "comme il est."
                    )
            if done:
                result.restored.append((learner, done))
        companies = Company.objects.in_bulk([int(pk) for pk in self.data["sirets"]])
        for pk, company in companies.items():
            if company.siret == self.data["sirets"][str(pk)]:
                result.kept.append(f"{company} garde le SIRET que l’import a ajouté.")

    def _enlarged(self) -> None:
        """Drafts made larger can be made smaller only if they are as the import left them."""
        found = Agreement.objects.in_bulk([pk for pk, *_ in self.data["enlarged"]])
        for pk, _, after in self.data["enlarged"]:
            agreement = found.get(pk)
            if agreement is None or agreement.state != "draft" or draft_values(agreement) != after:
                name = agreement.reference if agreement else f"n° {pk}"
                self.reasons[f"Accord {name}"].append("a changé depuis l’import")


def _name(row: models.Model) -> str:
    if isinstance(row, Enrolment):
        return f"{row.learner or 'Place réservée'}, {row.session.code}"
    if isinstance(row, Agreement):
        return f"Accord {row.reference}"
    if isinstance(row, User):
        return f"Compte {row.email}"
    return str(row)


#: What a relation means for the office, where the name of the model says too little.
_TIES = {
    "attendance.attendanceevent": "a signé ou a été pointée",
    "training.attendancemark": "a signé ou a été pointée",
    "evaluations.objectiveassessment": "a été évaluée",
    "evaluations.invitation": "a reçu un questionnaire",
    "core.message": "a reçu un message",
    "training.enrolment": "une autre inscription s’y rattache",
    "training.agreement": "un autre accord s’y rattache",
    "training.fundingline": "un autre financement s’y rattache",
    "training.enrolmenthalfday": "a une dispense ou un ajout de demi-journée",
    "account.emailaddress": "le compte a servi",
    "usersessions.usersession": "le compte a servi",
}


def _tie(model: type[models.Model], name: str) -> str:
    if name == "merged_into":
        return "une autre fiche a été fusionnée avec elle"
    known = _TIES.get(model._meta.label_lower)
    return known or f"s’y rattache depuis : {model._meta.verbose_name}"
