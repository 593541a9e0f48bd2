"""How often one network address may do something, counted in the shared cache."""

import time

from allauth.account.adapter import get_adapter

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

HOUR = 3600


def take(request: HttpRequest, *, action: str, limit: int, seconds: int = HOUR) -> bool:
    """Count one more `action` from the visitor's address; False when `limit` was reached.

    Windows of `seconds` follow each other. The address itself is not kept, only its keyed hash.
    Two visitors at the same instant may count for one: this slows robots, it proves nothing.
    """
    key = _key(request, action, seconds)
    used = cache.get(key, 0)
    if used >= limit:
        return False
    cache.set(key, used + 1, timeout=seconds)
    return True


def reached(request: HttpRequest, *, action: str, limit: int, seconds: int = HOUR) -> bool:
    """Whether `limit` was reached, without counting: for what counts its failures alone."""
    return cache.get(_key(request, action, seconds), 0) >= limit


def _key(request: HttpRequest, action: str, seconds: int) -> str:
    address = salted_hmac("accounts.throttle", get_adapter().get_client_ip(request)).hexdigest()
    return f"throttle:{action}:{address[:32]}:{int(time.time()) // seconds}"
