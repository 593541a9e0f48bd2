"""Screens of people and bodies: learners, companies, contacts, trainers, funders."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column

from core.backoffice import menus
from core.backoffice.records import (
    ADDRESS_PANEL,
    RecordCreateView,
    RecordEditView,
    RecordIndexView,
    RecordInspectView,
    RecordViewSet,
    date_panel,
)
from training.domain import accounts
from training.enums import EnrolmentState
from training.models import (
    Adaptation,
    AddressConfirmation,
    Company,
    Contact,
    Enrolment,
    Funder,
    Learner,
    Trainer,
    TrainerAssignment,
)


class AccountKeepingMixin:
    """Saving a person keeps their account up to date, and says so when it cannot."""

    request: HttpRequest

    def save_instance(self) -> Learner | Trainer:
        person = super().save_instance()  # type: ignore[misc]
        if sentence := accounts.keep_up(person=person, actor=self.request.user):
            messages.warning(self.request, sentence)
        return person


class PersonCreateView(AccountKeepingMixin, RecordCreateView):
    pass


class PersonEditView(AccountKeepingMixin, RecordEditView):
    pass


class WithoutAliasesIndexView(RecordIndexView):
    """People and bodies merged into another do not show."""

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().filter(merged_into=None)


class LearnerIndexView(WithoutAliasesIndexView):
    """Learners, with how many times each enrolled."""

    def get_base_queryset(self) -> QuerySet[Learner]:
        # A subquery: a join would group everybody before the first page is shown.
        counted = (
            Enrolment.objects.answered_for()
            .filter(learner=OuterRef("pk"))
            .order_by()
            .values("learner")
            .annotate(total=Count("pk"))
            .values("total")
        )
        # Whom a request made that nobody has confirmed is no one's learner yet.
        unconfirmed = AddressConfirmation.objects.filter(
            enrolment__learner=OuterRef("pk"),
            enrolment__state=EnrolmentState.UNCONFIRMED,
            made_learner=True,
        )
        people = super().get_base_queryset().filter(~Exists(unconfirmed))
        return people.annotate(enrolments_count=Coalesce(Subquery(counted), 0))


class LearnerInspectView(RecordInspectView):
    """A learner: who they are, what they enrolled in, and, for those who may, what to adapt."""

    template_name = "training/backoffice/learner_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            enrolments=Enrolment.objects.filter(learner=self.object)
            .select_related("session__programme_version", "employer")
            .order_by("-requested_at"),
            adaptations=self.adaptations(),
            **kwargs,
        )

    def adaptations(self) -> QuerySet[Adaptation] | None:
        """None for a user who may not know of them."""
        if not self.request.user.has_perm("training.view_adaptation"):
            return None
        return Adaptation.objects.filter(enrolment__learner=self.object).select_related(
            "enrolment__session"
        )


class LearnerViewSet(RecordViewSet):
    """Learners."""

    model = Learner
    name = "learners"
    url_prefix = "personnes-formees"
    icon = "user"
    menu_label = "Personnes formées"
    menu_hook = menus.PEOPLE
    menu_order = 1
    add_label = "Nouvelle personne"
    index_view_class = LearnerIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    inspect_view_class = LearnerInspectView
    inspect_view_fields = [
        "birth_name",
        "birth_date",
        "email",
        "phone",
        "address",
        "postcode",
        "city",
        "preferred_channel",
        "legal_representative",
        "user",
    ]
    list_display = [
        "__str__",
        "email",
        "phone",
        "city",
        Column("enrolments_count", label="Inscriptions", sort_key="enrolments_count"),
    ]
    search_fields = ["search_text"]
    list_filter = ["preferred_channel"]
    list_export = [
        "last_name",
        "first_name",
        "birth_name",
        "email",
        "phone",
        "address",
        "postcode",
        "city",
        "get_preferred_channel_display",
    ]
    export_headings = {"get_preferred_channel_display": "À joindre par"}
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("title"), FieldPanel("first_name")]),
                FieldRowPanel([FieldPanel("last_name"), FieldPanel("birth_name")]),
                date_panel("birth_date"),
                FieldPanel("legal_representative"),
            ],
            heading="Identité",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
                FieldPanel("preferred_channel"),
            ],
            heading="Pour joindre la personne",
        ),
        ADDRESS_PANEL,
    ]


class CompanyInspectView(RecordInspectView):
    """A company: its contacts, what it bought, whom it sent."""

    template_name = "training/backoffice/company_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        company: Company = self.object
        return super().get_context_data(
            contacts=company.contacts.all(),
            agreements=company.agreements.select_related("session"),
            enrolments=company.enrolments.select_related("session", "learner").order_by(
                "-requested_at"
            ),
            **kwargs,
        )


class CompanyViewSet(RecordViewSet):
    """Employers and buyers."""

    model = Company
    name = "companies"
    url_prefix = "entreprises"
    icon = "group"
    menu_label = "Entreprises"
    menu_hook = menus.PEOPLE
    menu_order = 2
    add_label = "Nouvelle entreprise"
    index_view_class = WithoutAliasesIndexView
    inspect_view_class = CompanyInspectView
    inspect_view_fields = ["siret", "address", "postcode", "city"]
    list_display = ["name", "siret", "postcode", "city"]
    search_fields = ["search_text"]
    list_export = ["name", "siret", "address", "postcode", "city"]
    panels = [FieldPanel("name"), FieldPanel("siret"), ADDRESS_PANEL]


class ContactViewSet(RecordViewSet):
    """People at companies."""

    model = Contact
    name = "contacts"
    url_prefix = "contacts"
    icon = "mail"
    menu_label = "Contacts"
    menu_hook = menus.PEOPLE
    menu_order = 3
    add_label = "Nouveau contact"
    list_related = ("company",)
    inspect_view_fields_exclude = ["id"]
    list_display = [
        "name",
        Column("company", label="Entreprise", sort_key="company__sort_key"),
        "email",
        "phone",
        BooleanColumn("is_signatory", label="Signe"),
        BooleanColumn("is_administration", label="Suit le dossier"),
        BooleanColumn("is_billing", label="Reçoit les factures"),
    ]
    search_fields = ["search_text", "company__search_text"]
    list_filter = ["is_signatory", "is_administration", "is_billing", "is_manager"]
    list_export = [
        "name",
        "company",
        "quality",
        "email",
        "phone",
        "is_signatory",
        "is_administration",
        "is_billing",
        "is_manager",
    ]
    panels = [
        FieldPanel("company"),
        FieldRowPanel([FieldPanel("name"), FieldPanel("quality")]),
        FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
        MultiFieldPanel(
            [
                FieldPanel("is_signatory"),
                FieldPanel("is_administration"),
                FieldPanel("is_billing"),
                FieldPanel("is_manager"),
            ],
            heading="Ce que fait cette personne",
        ),
    ]


class TrainerInspectView(RecordInspectView):
    """A trainer, and the sessions where they train."""

    template_name = "training/backoffice/trainer_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            assignments=TrainerAssignment.objects.filter(trainer=self.object)
            .select_related(
                "half_day__session__programme_version",
                "half_day__session__venue",
                "half_day__venue",
            )
            .order_by("-half_day__starts_at")[:40],
            **kwargs,
        )


class TrainerViewSet(RecordViewSet):
    """Trainers."""

    model = Trainer
    name = "trainers"
    url_prefix = "personnes-formatrices"
    icon = "openquote"
    menu_label = "Personnes formatrices"
    menu_hook = menus.PEOPLE
    menu_order = 4
    add_label = "Nouvelle personne formatrice"
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    inspect_view_class = TrainerInspectView
    inspect_view_fields = ["email", "phone", "organisation", "references", "user"]
    list_display = ["__str__", "organisation", "email", "phone"]
    search_fields = ["search_text"]
    list_export = ["last_name", "first_name", "organisation", "email", "phone", "references"]
    panels = [
        FieldRowPanel([FieldPanel("first_name"), FieldPanel("last_name")]),
        FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
        FieldPanel("organisation"),
        FieldPanel("references"),
    ]


class FunderViewSet(RecordViewSet):
    """Bodies that pay for training."""

    model = Funder
    name = "funders"
    url_prefix = "financeurs"
    icon = "tag"
    menu_label = "Financeurs"
    menu_hook = menus.PEOPLE
    menu_order = 5
    add_label = "Nouveau financeur"
    inspect_view_fields = ["name", "siret"]
    list_display = ["name", "siret"]
    search_fields = ["name", "siret"]
    list_export = ["name", "siret"]
    panels = [FieldPanel("name"), FieldPanel("siret")]
