"""Sessions: their list, and the tabs of their page that belong to the domain."""

from django.urls import URLPattern, path

from wagtail.admin.viewsets.model import ModelViewSet

from training.backoffice.session_tabs import SessionTabView
from training.models import TrainingSession


class SummaryTabView(SessionTabView):
    """What the session is."""

    tab_name = "summary"
    page_title = "Résumé"
    template_name = "training/backoffice/session_summary.html"


class SessionViewSet(ModelViewSet):
    """Sessions."""

    model = TrainingSession
    name = "sessions"
    icon = "date"
    menu_label = "Sessions"
    add_to_admin_menu = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ["code", "programme_version", "venue", "max_seats"]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", SummaryTabView.as_view(), name="show"),
        ]
