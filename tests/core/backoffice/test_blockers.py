"""Why an action is not possible yet: one list, in every screen that has actions."""

from django.template.loader import render_to_string

from core.registry import Blocker


def test_a_blocker_leads_where_it_is_resolved_and_has_no_empty_link() -> None:
    blockers = [
        Blocker(code="late", sentence="C’est trop tard."),
        Blocker(
            code="unpriced",
            sentence="Le prix manque.",
            resolved_at=("sessions:index",),
            link="Voir les sessions",
        ),
    ]
    text = render_to_string("core/backoffice/blockers.html", {"blockers": blockers})
    assert text.count("<li>") == 2
    assert text.count("<a ") == 1
    assert ">Voir les sessions</a>" in text
