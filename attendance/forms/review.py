"""What staff write about what attendance left to look at."""

from typing import Any

from django import forms

from attendance.models import WalkIn
from core.forms import fields
from training.models import Enrolment


class NoteForm(forms.Form):
    """What was found, in a few words."""

    note = fields.LinesField(
        label="Ce que vous avez constaté",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Gardé avec le point. N’écrivez rien de la santé des personnes.",
        error_messages={"required": "Écrivez ce que vous avez constaté."},
    )


class MatchForm(forms.Form):
    """Whose enrolment it is."""

    enrolment = forms.ModelChoiceField(
        label="Inscription",
        queryset=Enrolment.objects.none(),
        help_text="Seules les inscriptions confirmées de la session sont là. Personne à ce nom ? "
        "Inscrivez-la d’abord depuis l’onglet « Inscriptions ».",
        error_messages={"required": "Choisissez l’inscription."},
    )

    def __init__(self, *args: Any, walk_in: WalkIn, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["enrolment"]
        field.queryset = (  # type: ignore[attr-defined]
            Enrolment.objects.taking_part()
            .filter(session=walk_in.half_day.session_id, learner__isnull=False)
            .select_related("learner", "session")
            .by_name()
        )
        field.label_from_instance = lambda item: str(item.learner)  # type: ignore[attr-defined]
