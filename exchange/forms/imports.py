"""The form that deposits a register."""

from django import forms

from exchange.domain.registers.reading import REGISTER_LIMITS
from training.enums import OVER_SESSION_STATES
from training.models import TrainingSession


class SessionChoiceField(forms.ModelChoiceField):
    """Sessions by code and title."""

    def label_from_instance(self, obj: TrainingSession) -> str:
        return f"{obj.code}, {obj.title}"


class RegisterForm(forms.Form):
    """A file, and a session for the files that name none."""

    file = forms.FileField(
        label="Registre",
        help_text="Classeur Excel (.xlsx) ou texte (.csv), 10 Mio et 5 000 lignes au plus.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide.",
            "missing": "Choisissez un fichier.",
            "invalid": "Le fichier n’est pas arrivé : choisissez-le de nouveau.",
        },
    )
    session = SessionChoiceField(
        label="Session",
        required=False,
        queryset=TrainingSession.objects.none(),
        empty_label="Chaque ligne nomme sa session",
        help_text="À choisir seulement quand le fichier n’a pas de colonne « Session ».",
        error_messages={"invalid_choice": "Cette session ne reçoit plus d’inscription."},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["session"].queryset = (  # type: ignore[attr-defined]
            TrainingSession.objects.exclude(state__in=OVER_SESSION_STATES)
            .select_related("programme_version")
            .order_by("-code")
        )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > REGISTER_LIMITS.size:
            raise forms.ValidationError(
                "Ce fichier dépasse 10 Mio : coupez le registre en plusieurs fichiers."
            )
        return file
