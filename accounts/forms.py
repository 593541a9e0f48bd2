"""allauth's forms with our labels. Nothing else changes."""

from typing import Any, ClassVar

from allauth.account import forms as allauth_forms

from django import forms
from django.urls import reverse
from django.utils.html import format_html


class PlainFields(forms.Form):
    """Gives fields our labels and help, without the placeholders that repeat the label."""

    labels: ClassVar[dict[str, str]] = {}
    helps: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, field.help_text)


class CodeFields(PlainFields):
    """One code, typed on a phone's digits as well as on a keyboard."""

    labels: ClassVar[dict[str, str]] = {"code": "Code reçu par courriel"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(
            {"autocapitalize": "characters", "spellcheck": "false"}
        )


class _WithResetLink(PlainFields):
    """A password with a link for those who have lost it."""

    password_field = "password"  # noqa: S105 the name of a field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.password_field].help_text = format_html(
            '<a href="{}">Mot de passe oublié ?</a>', reverse("account_reset_password")
        )


NEW_PASSWORD = {
    "labels": {
        "oldpassword": "Mot de passe actuel",
        "password1": "Nouveau mot de passe",
        "password2": "Nouveau mot de passe, une seconde fois",
    },
    "helps": {
        "password1": "12 caractères au moins. Une phrase connue de vous seulement convient bien.",
    },
}


class LoginForm(_WithResetLink, allauth_forms.LoginForm):
    labels: ClassVar[dict[str, str]] = {"login": "Courriel", "password": "Mot de passe"}


class RequestLoginCodeForm(PlainFields, allauth_forms.RequestLoginCodeForm):
    labels: ClassVar[dict[str, str]] = {"email": "Courriel"}


class ConfirmLoginCodeForm(CodeFields, allauth_forms.ConfirmLoginCodeForm):
    pass


class ResetPasswordForm(PlainFields, allauth_forms.ResetPasswordForm):
    labels: ClassVar[dict[str, str]] = {"email": "Courriel"}


class ConfirmPasswordResetCodeForm(CodeFields, allauth_forms.ConfirmPasswordResetCodeForm):
    pass


class ResetPasswordKeyForm(PlainFields, allauth_forms.ResetPasswordKeyForm):
    labels: ClassVar[dict[str, str]] = NEW_PASSWORD["labels"]
    helps: ClassVar[dict[str, str]] = NEW_PASSWORD["helps"]


class ChangePasswordForm(_WithResetLink, allauth_forms.ChangePasswordForm):
    labels: ClassVar[dict[str, str]] = NEW_PASSWORD["labels"]
    helps: ClassVar[dict[str, str]] = NEW_PASSWORD["helps"]
    password_field = "oldpassword"  # noqa: S105 the name of a field


class SetPasswordForm(PlainFields, allauth_forms.SetPasswordForm):
    labels: ClassVar[dict[str, str]] = NEW_PASSWORD["labels"]
    helps: ClassVar[dict[str, str]] = NEW_PASSWORD["helps"]


class ReauthenticateForm(_WithResetLink, allauth_forms.ReauthenticateForm):
    labels: ClassVar[dict[str, str]] = {"password": "Mot de passe"}
