"""One way to write data as bytes, and no indulgence when bytes are read."""

import pytest

from core.domain.canonical import new_salt, read_json, salted_digest


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": 1.0}',
        b'{"a": "\\ud800"}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        '{"a": 1}'.encode("utf-32"),
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\xe9"}',
        b"[]",
        b"",
    ],
)
def test_what_has_no_single_reading_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  json, unicode and our own
        read_json(raw)


def test_plain_json_is_read() -> None:
    assert read_json('{"é": [1, null, true, "œ"]}'.encode()) == {"é": [1, None, True, "œ"]}


def test_a_salt_counts_by_its_letters_not_by_the_bytes_they_write() -> None:
    salt = "ab" + new_salt()[2:]
    assert salted_digest(salt=salt, data={})
    for other in (salt.upper(), f" {salt}", f"{salt[:2]} {salt[2:]}", f"{salt}\n"):
        with pytest.raises(ValueError, match="salt|hexadecimal"):
            salted_digest(salt=other, data={})
