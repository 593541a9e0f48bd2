"""The user: an e-mail address that can log in; and how often one may try to."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Creates users; an address is always stored in lower case."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """The address as stored: without surrounding spaces, in lower case."""
        return (email or "").strip().lower()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user; without a password they log in by code or passkey."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with every permission, for the technical owner of the installation."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=self.normalize_email(email))


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can log in. One user may be staff, trainer and learner at once."""

    email = models.EmailField(
        "courriel",
        max_length=254,
        unique=True,
        error_messages={"unique": "Un compte existe déjà avec cette adresse."},
    )
    first_name = models.CharField("prénom", max_length=100, blank=True)
    last_name = models.CharField("nom", max_length=100, blank=True)
    is_active = models.BooleanField(
        "actif", default=True, help_text="Décochez plutôt que de supprimer le compte."
    )
    date_joined = models.DateTimeField("créé le", default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_unique",
                violation_error_message="Un compte existe déjà avec cette adresse.",
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def clean(self) -> None:
        super().clean()
        self.email = UserManager.normalize_email(self.email)

    #: Set on the user of a request: whether the session showed what rights of staff ask for
    #: (`accounts.middleware.SecondFactorMiddleware`). A user read from the database has no session.
    session_shows_factor: Callable[[], bool] | None = None
    #: Whether a right was asked for that the user has, and that the session may not use yet.
    is_withheld = False

    def __getstate__(self) -> dict[str, Any]:
        """What is kept of the user in a cache: the record, not what a request knows of it."""
        state = super().__getstate__()
        state.pop("session_shows_factor", None)
        return state

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether the user has the right, and showed their second factor when a page asks.

        Every right is one of the staff: none is used outside the back office either by a session
        that knows a password or a mailbox alone.
        """
        return super().has_perm(perm, obj) and self._may_use_rights()

    def has_module_perms(self, app_label: str) -> bool:
        """The same for the rights of a whole app."""
        return super().has_module_perms(app_label) and self._may_use_rights()

    def _may_use_rights(self) -> bool:
        if self.session_shows_factor is None or self.session_shows_factor():
            return True
        self.is_withheld = True
        return False

    @property
    def belongs_to_staff(self) -> bool:
        """Whether the user may enter the back office once they show their second factor."""
        return super().has_perm("wagtailadmin.access_admin")

    @property
    def is_staff(self) -> bool:
        """Whether the user may enter the back office now (Wagtail asks for this name)."""
        return self.has_perm("wagtailadmin.access_admin")

    def get_full_name(self) -> str:
        """First and last name, else the address."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        """First name, else the address."""
        return self.first_name or self.email


class AttemptCounter(models.Model):
    """How often something was tried in one window of time, by one visitor or by everybody.

    `key` is a keyed hash of what is tried, who tries and when: neither can be read from it.
    """

    key = models.CharField(max_length=64, unique=True, editable=False)
    used = models.PositiveIntegerField("essais", default=0)
    open_at = models.DateTimeField("prochain essai à", null=True, blank=True)
    expires_at = models.DateTimeField("oublié après", db_index=True)

    class Meta:
        verbose_name = "compteur d’essais"
        verbose_name_plural = "compteurs d’essais"
        ordering = ["expires_at", "pk"]

    def __str__(self) -> str:
        return f"{self.used} essais jusqu’au {self.expires_at:%d/%m/%Y %H:%M}"
