"""The menu of staff, in four groups."""

from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup

from training.backoffice import imports
from training.backoffice.absences import AbsenceGroundViewSet, AbsenceViewSet
from training.backoffice.agreements import AgreementViewSet
from training.backoffice.enquiries import EnquiryViewSet
from training.backoffice.enrolments import AdaptationViewSet, EnrolmentViewSet
from training.backoffice.follow_up import JobViewSet, JournalViewSet, MessageViewSet
from training.backoffice.half_days import HalfDayViewSet
from training.backoffice.organisation import (
    OrganisationViewSet,
    ProgrammeVersionViewSet,
    ProgrammeViewSet,
    RuleSettingViewSet,
    SignatoryViewSet,
    VenueViewSet,
)
from training.backoffice.people import (
    CompanyViewSet,
    ContactViewSet,
    FunderViewSet,
    LearnerViewSet,
    TrainerViewSet,
)
from training.backoffice.sessions import SessionViewSet


class TrainingGroup(ViewSetGroup):
    """What happens: sessions, enrolments, half-days."""

    menu_label = "Formation"
    menu_name = "training"
    menu_icon = "date"
    menu_order = 10
    items = (
        SessionViewSet,
        EnquiryViewSet,
        EnrolmentViewSet,
        HalfDayViewSet,
        AbsenceViewSet,
        AgreementViewSet,
        AdaptationViewSet,
    )


class PeopleGroup(ViewSetGroup):
    """Who it happens to, and with whom."""

    menu_label = "Personnes"
    menu_name = "people"
    menu_icon = "group"
    menu_order = 20
    items = (LearnerViewSet, CompanyViewSet, ContactViewSet, TrainerViewSet, FunderViewSet)


class FollowUpGroup(ViewSetGroup):
    """What the house does by itself, and what it keeps of it."""

    menu_label = "Suivi"
    menu_name = "follow-up"
    menu_icon = "tasks"
    menu_order = 40
    items = (MessageViewSet, JobViewSet, JournalViewSet)

    def get_submenu_items(self) -> list[MenuItem]:
        # Imports have screens of their own, not a list of records.
        return [*super().get_submenu_items(), imports.menu_item]


class OrganisationGroup(ViewSetGroup):
    """What is set once."""

    menu_label = "Organisme"
    menu_name = "organisation"
    menu_icon = "cogs"
    menu_order = 800
    items = (
        OrganisationViewSet,
        SignatoryViewSet,
        RuleSettingViewSet,
        AbsenceGroundViewSet,
        VenueViewSet,
        ProgrammeViewSet,
        ProgrammeVersionViewSet,
    )
