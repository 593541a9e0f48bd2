"""The forms of the login, cleaned like any other: `accounts` stands below and cannot do it.

The settings name these classes. A password is never touched.
"""

from accounts import forms as account_forms
from accounts import mfa_forms
from core.forms.fields import CleanedForm


class LoginForm(CleanedForm, account_forms.LoginForm):
    pass


class RequestLoginCodeForm(CleanedForm, account_forms.RequestLoginCodeForm):
    pass


class ConfirmLoginCodeForm(CleanedForm, account_forms.ConfirmLoginCodeForm):
    pass


class ResetPasswordForm(CleanedForm, account_forms.ResetPasswordForm):
    pass


class ConfirmPasswordResetCodeForm(CleanedForm, account_forms.ConfirmPasswordResetCodeForm):
    pass


class AuthenticateForm(CleanedForm, mfa_forms.AuthenticateForm):
    pass


class ReauthenticateForm(CleanedForm, mfa_forms.ReauthenticateForm):
    pass


class ActivateTOTPForm(CleanedForm, mfa_forms.ActivateTOTPForm):
    pass


class AddWebAuthnForm(CleanedForm, mfa_forms.AddWebAuthnForm):
    pass


class EditWebAuthnForm(CleanedForm, mfa_forms.EditWebAuthnForm):
    pass
