"""Whose address a request has, alone and behind proxies."""

import pytest

from django.test import RequestFactory

from accounts.addresses import address_of, network_of
from tests.codebase.sources import name_of, python_files

PROXY = "127.0.0.1"
PERSON = "203.0.113.5"
FORGED = "192.0.2.66"


def request(forwarded: str = "", peer: str = PROXY):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **headers)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", PROXY),
        (0, PERSON, PROXY),
        (1, PERSON, PERSON),
        (1, f"{FORGED}, {PERSON}", PERSON),
        (1, f"{FORGED}, {PERSON}:51234", PERSON),
        (2, f"{FORGED}, {PERSON}, 10.0.0.1", PERSON),
        # Asked from the machine itself, past the proxy.
        (1, "", PROXY),
    ],
)
def test_the_address_is_the_one_that_the_outermost_trusted_proxy_saw(
    settings, proxies, forwarded, address
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert address_of(request(forwarded)) == address


def test_one_home_is_one_visitor_whatever_the_address_it_takes():
    first, second, other = (
        network_of(request(peer=f"2001:db8:0:{home}::{rank}"))
        for home, rank in ((1, 1), (1, 2), (2, 1))
    )
    assert first == second != other
    assert network_of(request(peer=PERSON)) == PERSON


def test_addresses_are_read_in_one_place():
    readers = [
        name_of(path)
        for path in python_files(product_only=True)
        if any(
            words in path.read_text(encoding="utf-8")
            for words in ("get_client_ip", "REMOTE_ADDR", "FORWARDED_FOR")
        )
    ]
    assert readers == ["accounts/addresses.py"]
