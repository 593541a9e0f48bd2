"""The cache of one machine: the first is one, whoever else came at the same instant."""

import errno
from functools import partial

import pytest

from django.core.cache.backends.filebased import FileBasedCache

from operations.file_cache import FileCache
from tests.threads import at_once


@pytest.fixture
def cache(tmp_path):
    return FileCache(str(tmp_path / "cache"), {})


@pytest.mark.concurrency
def test_of_many_who_add_a_key_at_once_one_alone_is_first(cache):
    for rank in range(20):
        add = partial(cache.add, f"code-{rank}", "used")
        firsts = at_once([add] * 8)
        assert firsts.count(True) == 1


@pytest.mark.concurrency
def test_what_is_counted_at_once_is_counted_whole(cache):
    cache.add("tries", 0)
    at_once([lambda: cache.incr("tries") for _person in range(16)])
    assert cache.get("tries") == 16


def test_a_key_that_expired_may_be_added_again(cache):
    assert cache.add("code", "used", timeout=0)
    assert cache.add("code", "used")
    assert not cache.add("code", "used")


def test_what_is_counted_must_have_been_added(cache):
    with pytest.raises(ValueError, match="tries"):
        cache.incr("tries")


def test_on_a_full_disk_a_value_is_forgotten_and_a_count_fails(cache, monkeypatch):
    cache.set("page", "old")
    cache.add("tries", 0)

    def refuse(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileBasedCache, "set", refuse)
    cache.set("page", "new")
    assert cache.get("page") is None
    with pytest.raises(OSError, match="No space left"):
        cache.add("code", "used")
    with pytest.raises(OSError, match="No space left"):
        cache.incr("tries")
    assert cache.get("tries") == 0
