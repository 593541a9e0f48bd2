"""What staff say of an indication that came back without agreeing with what is recorded."""

from typing import Any

from django import forms


class SettleForm(forms.Form):
    """Keep what is recorded, or take what came back, and why."""

    KEEP, TAKE = "keep", "take"

    choice = forms.ChoiceField(
        label="Ce qui est juste",
        choices=[
            (KEEP, "ce qui est enregistré aujourd’hui"),
            (TAKE, "l’indication de l’appareil"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui est juste."},
    )
    reason = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Gardé avec la décision. N’écrivez rien de la santé de la personne.",
        error_messages={"required": "Indiquez le motif."},
    )

    def __init__(self, *args: Any, may_take: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_take:
            field = self.fields["choice"]
            field.choices = [choice for choice in field.choices if choice[0] == self.KEEP]
