"""The browser of the tests sees what people see, and complains aloud."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browsing import BrowserFault, open_page
from tests.cast import Actor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer


def test_a_person_who_is_signed_in_reaches_their_space(
    page: "Page", learner: Actor, sign_in: Callable[["Page", Actor], None]
) -> None:
    sign_in(page, learner)
    response = page.goto("/espace/")
    assert response is not None
    assert response.status == 200
    assert page.url.endswith("/espace/")


def test_the_phone_is_narrow_and_the_login_page_fits(phone: "Page") -> None:
    phone.goto("/compte/login/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    "fault",
    [
        "Promise.reject(new Error('unseen'))",
        "fetch('https://elsewhere.example/')",
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">rouge</p>')",
    ],
)
def test_a_fault_of_a_page_is_not_overlooked(
    chromium: "Browser", live_server: "LiveServer", fault: str
) -> None:
    with pytest.raises(BrowserFault):
        _visit(chromium, live_server.url, fault)


def _visit(chromium: "Browser", url: str, script: str) -> None:
    with open_page(chromium, url) as page:
        page.goto("/compte/login/")
        page.evaluate(f"setTimeout(() => {{ {script} }})")
        page.wait_for_timeout(500)  # milliseconds
