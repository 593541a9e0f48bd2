"""Who makes a request: a user and not an anonymous visitor, who reads this address or not."""

from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


def user_of(request: HttpRequest) -> User:
    """The user of a request that a login guards. Raises PermissionDenied for a visitor."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def is_read_by(request: HttpRequest, email: str) -> bool:
    """Whether the person of this session is known to read the address: a code sent there was typed,
    in this session or before."""
    user = request.user
    if not isinstance(user, User) or user.email != User.objects.normalize_email(email):
        return False
    records = get_authentication_records(request, user)
    return any(record["method"] == "code" for record in records) or (
        EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
    )
