"""Forms of the room."""

import re

from django import forms
from django.core.validators import RegexValidator

SHA256 = re.compile(r"^[0-9a-f]{64}\Z")


class VerificationForm(forms.Form):
    """The number and the check code printed on a document."""

    number = forms.CharField(
        label="Numéro du document",
        help_text="Par exemple : CR-2026-0001.",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label="Code de contrôle",
        help_text="Huit signes, imprimés à côté du QR code.",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FileVerificationForm(forms.Form):
    """The SHA-256 of a file, worked out by the browser or by the person: the file stays theirs."""

    sha256 = forms.CharField(
        label="Empreinte SHA-256 du fichier",
        help_text="64 signes, de 0 à 9 et de a à f. Sous Windows : certutil -hashfile "
        "fichier.pdf SHA256. Sous Linux : sha256sum fichier.pdf.",
        max_length=200,
        validators=[
            RegexValidator(SHA256, "Une empreinte SHA-256 compte 64 signes, de 0 à 9 et de a à f.")
        ],
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "wide"}
        ),
    )
