"""Receiving the log of a learning platform."""

from django import forms

from exchange.domain.platform_logs.reading import LOG_LIMITS


class PlatformLogForm(forms.Form):
    """A CSV."""

    file = forms.FileField(
        label="Journal de la plateforme",
        help_text="CSV, 2 Mio au plus. Colonnes : Courriel, Activité, Terminé le, Trace (travail, "
        "quiz ou échange), Résultat. Le temps passé n’est pas repris.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide.",
            "missing": "Choisissez un fichier.",
            "invalid": "Le fichier n’est pas arrivé : choisissez-le de nouveau.",
        },
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > LOG_LIMITS.size:
            raise forms.ValidationError("Ce journal dépasse 2 Mio : coupez-le.")
        return file
