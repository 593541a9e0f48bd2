"""What staff say of what came back from a device: indications to settle, files handed in."""

from typing import Any

from django import forms

from attendance.domain.versions import Version
from attendance.forms.recorded import ClockField, Hours, hours_of, starting_values
from core.forms import fields


class SettleForm(forms.Form):
    """Keep what is recorded, or take what came back, and why.

    The hours are those of the device, for staff to put right when it is taken.
    """

    KEEP, TAKE = "keep", "take"

    KEEP_CHOICE = (KEEP, "ce qui est enregistré aujourd’hui")
    TAKE_CHOICE = (TAKE, "ce que l’appareil a gardé")

    choice = forms.ChoiceField(
        label="Ce qui est juste",
        choices=[KEEP_CHOICE, TAKE_CHOICE],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui est juste."},
    )
    arrived_at = ClockField(
        label="Heure d’arrivée, si elle est tardive",
        required=False,
        help_text="Celle de l’appareil, à l’heure du lieu. Les minutes manquées sont déduites.",
    )
    left_at = ClockField(label="Heure de départ, si elle est anticipée", required=False)
    reason = fields.LinesField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Gardé avec la décision. N’écrivez rien de la santé de la personne.",
        error_messages={"required": "Indiquez le motif."},
    )

    def __init__(self, *args: Any, returned: Version | None, **kwargs: Any) -> None:
        self.returned = returned
        half_day = returned.half_day if returned else None
        kwargs["initial"] = starting_values(returned, half_day) if returned and half_day else {}
        super().__init__(*args, **kwargs)
        if returned is None:
            field = self.fields["choice"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
            field.choices = [self.KEEP_CHOICE]
        if returned is None or not returned.is_present:
            del self.fields["arrived_at"], self.fields["left_at"]

    @property
    def hours(self) -> Hours:
        """The hours of what came back, as staff read them again."""
        if self.returned is None or "arrived_at" not in self.fields:
            return Hours(arrived_at=None, left_at=None)
        return hours_of(self, self.returned.half_day, self.returned)


class DepositForm(forms.Form):
    """The file that a trainer saved on a device, and why it comes this way."""

    file = forms.FileField(
        label="Fichier de l’appareil",
        help_text="Celui que la personne formatrice a enregistré depuis « Cet appareil ».",
        widget=forms.FileInput(attrs={"accept": "application/json,.json"}),
        error_messages={"required": "Choisissez le fichier."},
    )
    reason = fields.LineField(
        label="Raison",
        max_length=500,
        help_text="Comment ce fichier vous est parvenu.",
        error_messages={"required": "Indiquez la raison."},
    )


class ReviewForm(forms.Form):
    """What was done of a deposit."""

    reason = fields.LinesField(
        label="Suite donnée",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Gardée avec le dépôt. N’écrivez rien de la santé de la personne.",
        error_messages={"required": "Indiquez la suite donnée."},
    )
