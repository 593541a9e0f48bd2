"""What a person recognises of a browser."""

import pytest

from accounts.templatetags.devices import device


@pytest.mark.parametrize(
    ("user_agent", "text"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge sur Windows",
        ),
        (
            "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
            "Firefox sur Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari sur iPhone",
        ),
        ("curl/8.0", "Un navigateur"),
        ("", "Un navigateur"),
    ],
)
def test_a_browser_is_named_in_words(user_agent, text):
    assert device(user_agent) == text
