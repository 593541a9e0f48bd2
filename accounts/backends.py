"""How a user is recognised: allauth's backend, closed to demonstration accounts."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User

#: Domain of the e-mail addresses of the demonstration, whose password is printed at start.
DEMO_DOMAIN = "demonstration.example"


class AccountBackend(AuthenticationBackend):
    """Refuses demonstration accounts, even in a session already open, outside DEMO."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user = super().authenticate(request, **credentials)
        return user if user is not None and self._is_welcome(user) else None

    def get_user(self, user_id: Any) -> User | None:
        user = super().get_user(user_id)
        return user if user is not None and self._is_welcome(user) else None

    def _is_welcome(self, user: User) -> bool:
        return settings.DEMO or not user.email.endswith(f"@{DEMO_DOMAIN}")
