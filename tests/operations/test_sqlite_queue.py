"""Writers of SQLite take turns, and always give theirs back."""

import copy
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from django.db import OperationalError, connection

from operations.sqlite.base import DatabaseWrapper

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db]


@pytest.fixture
def connect(tmp_path):
    """Opens connections on a file of their own, whatever the database of the tests."""
    opened = []

    def open_one():
        settings = copy.deepcopy(connection.settings_dict) | {
            "NAME": tmp_path / "essai.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 1},
        }
        made = DatabaseWrapper(settings, alias="essai")
        made.inc_thread_sharing()
        opened.append(made)
        return made

    with open_one().cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("CREATE TABLE item (name TEXT UNIQUE)")
    yield open_one
    for item in opened:
        item.close()


def begin(item):
    item.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(item):
    item.set_autocommit(True)


def write(item, name):
    with item.cursor() as cursor:
        cursor.execute("INSERT INTO item VALUES (%s)", [name])


def write_in_turn(item, name):
    begin(item)
    write(item, name)
    item.commit()
    end(item)
    return True


def in_thread(act, *arguments):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act, *arguments).result(timeout=20)


def test_a_writer_waits_for_its_turn_longer_than_the_patience_of_sqlite(connect):
    first, second = connect(), connect()
    begin(first)
    write(first, "une")
    thread = threading.Thread(target=write_in_turn, args=(second, "deux"))
    thread.start()
    thread.join(timeout=2)
    assert thread.is_alive()
    first.commit()
    end(first)
    thread.join(timeout=20)
    with first.cursor() as cursor:
        cursor.execute("SELECT name FROM item ORDER BY rowid")
        assert cursor.fetchall() == [("une",), ("deux",)]


@pytest.mark.parametrize("ending", ["commit", "rollback", "close"])
def test_the_turn_is_given_back_however_the_transaction_ends(connect, ending):
    first, second = connect(), connect()
    begin(first)
    write(first, "une")
    getattr(first, ending)()
    assert in_thread(write_in_turn, second, "deux")


def test_the_turn_is_given_back_when_the_transaction_cannot_begin(connect):
    first, second = connect(), connect()
    first.ensure_connection()
    first.connection.execute("BEGIN")
    with pytest.raises(OperationalError):
        begin(first)
    first.connection.execute("ROLLBACK")
    assert in_thread(write_in_turn, second, "deux")


def test_readers_do_not_queue(connect):
    first, second = connect(), connect()
    begin(first)
    write(first, "une")

    def count():
        with second.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM item")
            return cursor.fetchone()[0]

    assert in_thread(count) == 0
    first.commit()
    assert in_thread(count) == 1


def test_forty_writers_all_write(connect):
    writers = [connect() for _rank in range(40)]
    with ThreadPoolExecutor(40) as pool:
        done = pool.map(write_in_turn, writers, [f"nom {rank}" for rank in range(40)])
        assert list(done) == [True] * 40
