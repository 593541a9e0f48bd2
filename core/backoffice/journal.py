"""The journal: who did what, when, to what, why."""

from wagtail.admin.ui.tables import Column

from core.backoffice import menus
from core.backoffice.journal_words import detail_sentences, state_words, verb_words
from core.backoffice.records import (
    FromDayFilter,
    MomentColumn,
    ReadOnlyViewSet,
    RecordFilterSet,
    UntilDayFilter,
)
from core.models import JournalEntry


class JournalFilterSet(RecordFilterSet):
    """By day."""

    since = FromDayFilter("at")
    until = UntilDayFilter("at")

    class Meta:
        model = JournalEntry
        fields: list[str] = []


def journal_move(entry: JournalEntry) -> str:
    """« Demandée → Acceptée », or the one state, or nothing."""
    states = [
        state_words(entry.object_type, state)
        for state in (entry.from_state, entry.to_state)
        if state
    ]
    return " → ".join(states)


def journal_details(entry: JournalEntry) -> str:
    """The reason and values of the line; says so when they were erased."""
    details = getattr(entry, "details", None)
    if details is not None:
        return " ; ".join(detail_sentences(details.data))
    return "Détail effacé" if entry.details_digest else ""


class JournalViewSet(ReadOnlyViewSet):
    """The journal, which no one changes."""

    model = JournalEntry
    name = "journal"
    url_prefix = "journal"
    icon = "history"
    menu_label = "Journal"
    menu_hook = menus.MONITORING
    menu_order = 3
    inspect_view_enabled = False
    omitted_views = ReadOnlyViewSet.omitted_views | {"inspect"}
    filterset_class = JournalFilterSet
    list_related = ("actor", "session", "details")
    list_per_page = 50
    list_display = [
        Column("verb", label="Action", accessor=lambda entry: verb_words(entry.verb)),
        MomentColumn("at", label="Le", sort_key="at"),
        Column("actor", label="Par", accessor=lambda entry: entry.actor or "—"),
        Column("session.code", label="Session"),
        Column("move", label="État", accessor=journal_move),
        Column("details", label="Détail", accessor=journal_details),
    ]
    search_fields = ["verb", "session__code", "actor__email"]
    list_export = ["at", "verb", "actor", "session", "object_type", "object_id"]
    export_headings = {
        "verb": "Action",
        "actor": "Par",
        "object_type": "Nature de l’objet",
        "object_id": "Numéro de l’objet",
    }
