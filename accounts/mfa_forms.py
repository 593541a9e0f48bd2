"""allauth's forms of the second factor with our labels."""

from typing import Any, ClassVar

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp.internal import auth
from allauth.mfa.webauthn import forms as webauthn_forms

from accounts import second_factor
from accounts.forms import CodeFields, PlainFields

KEY_NAME = {"name": "Nom de la clé"}


class AuthenticateForm(CodeFields, base_forms.AuthenticateForm):
    labels: ClassVar[dict[str, str]] = {"code": "Code de l’application, ou code de secours"}


class ReauthenticateForm(CodeFields, base_forms.ReauthenticateForm):
    labels: ClassVar[dict[str, str]] = {"code": "Code de l’application, ou code de secours"}


class ActivateTOTPForm(CodeFields, totp_forms.ActivateTOTPForm):
    labels: ClassVar[dict[str, str]] = {"code": "Code affiché par l’application"}

    def clean_code(self) -> str:
        code = super().clean_code()
        # Seen over a shoulder, it would otherwise open another session until it changes.
        applications = auth.TOTP(Authenticator(user=self.user, type=Authenticator.Type.TOTP))
        if not applications._mark_code_used(code):
            raise get_adapter().validation_error("incorrect_code")
        second_factor.note_given(context.request)
        return code


class AddWebAuthnForm(PlainFields, webauthn_forms.AddWebAuthnForm):
    labels: ClassVar[dict[str, str]] = {
        **KEY_NAME,
        "passwordless": "Ouvrir ma session avec cette clé seule, sans mot de passe",
    }
    helps: ClassVar[dict[str, str]] = {
        "name": "Pour la reconnaître : « téléphone », « ordinateur du bureau »…",
        "passwordless": "La clé vous demandera alors votre empreinte, votre visage ou un code.",
    }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            second_factor.note_given(context.request)
        return data


class EditWebAuthnForm(PlainFields, webauthn_forms.EditWebAuthnForm):
    labels: ClassVar[dict[str, str]] = KEY_NAME
