"""The tabs of the page of a session that belong to the domain."""

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse

from core.backoffice.journal import journal_details, journal_move
from core.backoffice.journal_words import subject_names, verb_words
from core.french import as_day, format_minutes
from core.models import JournalEntry, Message
from training.backoffice.enrolment_rows import enrolment_groups
from training.backoffice.half_day_rows import HalfDayRow, half_day_rows
from training.backoffice.session_tabs import SessionTab, SessionTabView
from training.domain import programmes
from training.enums import AgreementState, EnrolmentState
from training.models import Agreement, TrainingSession

JOURNAL_PAGE = 50


def add_domain_tabs(session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]) -> None:
    """The tabs of the domain, for the hook `construct_session_tabs`."""
    user, key = request.user, [session.pk]
    tabs.append(SessionTab("summary", "Résumé", reverse("sessions:show", args=key), order=10))
    tabs.append(
        SessionTab("half_days", "Demi-journées", reverse("sessions:half_days", args=key), order=20)
    )
    if user.has_perm("training.view_enrolment"):
        requested = session.enrolments.filter(state=EnrolmentState.REQUESTED).count()
        url = reverse("sessions:enrolments", args=key)
        tabs.append(SessionTab("enrolments", "Inscriptions", url, badge=requested, order=30))
    if user.has_perm("training.view_agreement"):
        url = reverse("sessions:agreements", args=key)
        tabs.append(SessionTab("agreements", "Accords", url, order=40))
    if user.has_perm("core.view_message"):
        url = reverse("sessions:messages", args=key)
        tabs.append(SessionTab("messages", "Messages", url, order=80))
    if user.has_perm("core.view_journalentry"):
        url = reverse("sessions:journal", args=key)
        tabs.append(SessionTab("journal", "Journal", url, order=90))


class SummaryTabView(SessionTabView):
    """What the session is, and how far it has come."""

    tab_name = "summary"
    page_title = "Résumé"
    template_name = "training/backoffice/session_summary.html"

    def get_tab_context(self) -> dict[str, Any]:
        session, user = self.session, self.request.user
        states = dict(
            session.enrolments.order_by().values_list("state").annotate(total=Count("pk"))
        )
        newest = programmes.newest_public_version(session.programme_version.programme)
        behind = newest is not None and newest.number > session.programme_version.number
        minutes = list(session.half_days.counting().values_list("counted_minutes", flat=True))
        may_change = user.has_perm("training.change_trainingsession") and not session.is_over
        return {
            "counts": [
                (EnrolmentState(state).label, states[state])
                for state in EnrolmentState.values
                if state in states
            ],
            "newest_version": newest if behind else None,
            "may_adopt": behind
            and user.has_perm("training.change_trainingsession")
            and not programmes.is_frozen(session),
            "may_change": may_change,
            "half_days_count": len(minutes),
            "planned_duration": format_minutes(sum(minutes)),
            "announced_duration": format_minutes(session.programme_version.duration_minutes),
            "differs": sum(minutes) != session.programme_version.duration_minutes,
        }


class HalfDaysTabView(SessionTabView):
    """The half-days, with who trains and who came."""

    tab_name = "half_days"
    page_title = "Demi-journées"
    template_name = "training/backoffice/session_half_days.html"

    def get_tab_context(self) -> dict[str, Any]:
        rows = half_day_rows(self.session)
        return {
            "rows": rows,
            "paper_days": self._paper_days(rows),
            "groups": self.session.groups.all(),
            "may_plan": self.request.user.has_perm("training.change_halfday")
            and not self.session.is_over,
        }

    def _paper_days(self, rows: list[HalfDayRow]) -> list[datetime.date]:
        """The days of which a sheet can be printed and its scan entered, for who may do it."""
        if not self.request.user.has_perm("training.operate_trainingsession"):
            return []
        return list(
            dict.fromkeys(
                as_day(row.half_day.starts_at, zone=row.half_day.zone)
                for row in rows
                if row.half_day.counts
            )
        )


class EnrolmentsTabView(SessionTabView):
    """The enrolments by state, and the actions on them."""

    tab_name = "enrolments"
    page_title = "Inscriptions"
    permission_required = "training.view_enrolment"
    template_name = "training/backoffice/session_enrolments.html"

    def get_tab_context(self) -> dict[str, Any]:
        user = self.request.user
        may_operate = user.has_perm("training.operate_enrolment")
        groups, closed = enrolment_groups(
            self.session,
            may_operate=may_operate,
            may_change=user.has_perm("training.change_enrolment"),
        )
        return {
            "enrolment_groups": groups,
            "closed": closed,
            "bulk": any(row.bulk for group in groups for row in group.rows),
            "may_add": may_operate
            and user.has_perm("training.add_enrolment")
            and not self.session.is_over,
            "here": self.request.path,
        }


class AgreementsTabView(SessionTabView):
    """What was sold for the session."""

    tab_name = "agreements"
    page_title = "Accords"
    permission_required = "training.view_agreement"
    template_name = "training/backoffice/session_agreements.html"

    def get_tab_context(self) -> dict[str, Any]:
        return {
            "agreements": Agreement.objects.filter(session=self.session)
            .exclude(enrolments__state=EnrolmentState.UNCONFIRMED)
            .select_related("company", "learner", "funder")
            .annotate(people=Count("enrolments"))
            .order_by("reference"),
            "may_add": self.request.user.has_perm("training.add_agreement")
            and not self.session.is_over,
            "may_change": self.request.user.has_perm("training.change_agreement"),
            "draft": AgreementState.DRAFT,
            "sent": AgreementState.SENT,
        }


class MessagesTabView(SessionTabView):
    """What was written to people about the session."""

    tab_name = "messages"
    page_title = "Messages"
    permission_required = "core.view_message"
    template_name = "training/backoffice/session_messages.html"

    def get_tab_context(self) -> dict[str, Any]:
        page = Paginator(Message.objects.filter(session=self.session), JOURNAL_PAGE).get_page(
            self.request.GET.get("p")
        )
        return {"page": page}


class JournalTabView(SessionTabView):
    """Who did what to the session."""

    tab_name = "journal"
    page_title = "Journal"
    permission_required = "core.view_journalentry"
    template_name = "training/backoffice/session_journal.html"

    def get_tab_context(self) -> dict[str, Any]:
        entries = JournalEntry.objects.filter(session=self.session).select_related(
            "actor", "details"
        )
        page = Paginator(entries, JOURNAL_PAGE).get_page(self.request.GET.get("p"))
        names = subject_names(page)
        lines = [
            {
                "subject": names.get((entry.object_type, entry.object_id), ""),
                "at": entry.at,
                "actor": entry.actor or "automatique",
                "words": verb_words(entry.verb),
                "move": journal_move(entry),
                "details": journal_details(entry),
            }
            for entry in page
        ]
        return {"page": page, "lines": lines}


ROUTES: list[URLPattern] = [
    path("<int:pk>/", SummaryTabView.as_view(), name="show"),
    path("<int:pk>/demi-journees/", HalfDaysTabView.as_view(), name="half_days"),
    path("<int:pk>/inscriptions/", EnrolmentsTabView.as_view(), name="enrolments"),
    path("<int:pk>/accords/", AgreementsTabView.as_view(), name="agreements"),
    path("<int:pk>/messages/", MessagesTabView.as_view(), name="messages"),
    path("<int:pk>/journal/", JournalTabView.as_view(), name="journal"),
]
