"""The device folds texts as the server does."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.text import plain_words

if TYPE_CHECKING:
    from playwright.sync_api import Page

CASES: list[list[str]] = json.loads(
    Path(__file__).with_name("folding.json").read_text(encoding="utf-8")
)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_device_folds_every_case_of_the_table_as_the_server_does(page: "Page") -> None:
    page.goto("/healthz")
    found = page.evaluate(
        """async (texts) => {
            const { folded, plainWords } = await import("/static/js/text.js");
            return texts.map((text) => [folded(text), plainWords(text)]);
        }""",
        [text for text, _plain in CASES],
    )
    assert found == [[plain, plain_words(text)] for text, plain in CASES]
