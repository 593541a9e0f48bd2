"""The queue of one machine survives what a folder of files may go through."""

import multiprocessing
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection, Exchange, Queue
from kombu.exceptions import ChannelError, OperationalError

from operations.queue_folder import KEPT

QUEUE = Queue("default", Exchange("default"), routing_key="default")
WRITERS, EACH = 2, 1500


def _connection(folder: Path) -> Connection:
    return Connection(
        transport="operations.queue_folder.Transport",
        transport_options={"folder": str(folder), "polling_interval": 0.002},
    )


class Ends:
    """Both ends of a queue, on connections of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writing, self._reading = _connection(folder), _connection(folder)
        self._producer = self._writing.Producer(serializer="json")
        self._channel = self._reading.channel()
        QUEUE(self._channel).declare()

    def put(self, content: Any) -> None:
        self._producer.publish(
            content, exchange=QUEUE.exchange, routing_key="default", declare=[QUEUE]
        )

    def get(self) -> Any:
        message = QUEUE(self._channel).get(no_ack=True)
        return None if message is None else message.payload

    def close(self) -> None:
        self._writing.release()
        self._reading.release()


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Ends]:
    ends = Ends(tmp_path / "queue")
    yield ends
    ends.close()


def test_messages_come_out_once_in_their_order(queue: Ends) -> None:
    for rank in range(3):
        queue.put({"rank": rank})
    assert [queue.get() for _turn in range(4)] == [{"rank": 0}, {"rank": 1}, {"rank": 2}, None]
    assert list(queue.folder.iterdir()) == []


def test_another_queue_of_the_folder_is_left_alone(queue: Ends) -> None:
    (queue.folder).mkdir(exist_ok=True)
    other = queue.folder / "00000000000000000001_a.other.msg"
    other.write_text("{}")
    assert queue.get() is None
    assert other.exists()


def test_a_folder_that_went_is_made_again_and_what_was_declared_still_holds(queue: Ends) -> None:
    queue.put("before")
    shutil.rmtree(queue.folder)
    assert queue.get() is None
    shutil.rmtree(queue.folder)
    queue.put("after")
    assert queue.get() == "after"


@pytest.mark.parametrize(
    "content",
    [b"", b'{"body": "W1s', b"\x00\xff", b"[]", b"{}", b'{"properties": {}}', b'{"properties": 1}'],
    ids=["empty", "cut", "not text", "a list", "no properties", "no tag", "odd properties"],
)
def test_what_cannot_be_read_is_set_aside_and_the_next_message_comes(
    queue: Ends, content: bytes
) -> None:
    queue.put("good")
    (queue.folder / "00000000000000000001_a.default.msg").write_bytes(content)
    assert queue.get() == "good"
    assert [path.read_bytes() for path in (queue.folder / "refused").iterdir()] == [content]


def test_a_message_that_is_being_written_is_not_seen(queue: Ends) -> None:
    queue.folder.mkdir(exist_ok=True)
    (queue.folder / "00000000000000000001_a.default.writing").write_bytes(b"{")
    assert queue.get() is None
    assert len(list(queue.folder.iterdir())) == 1


def test_a_full_disk_is_said_to_the_writer_and_leaves_nothing(
    queue: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.put("first")
    assert queue.get() == "first"

    def no_space(*args: Any, **kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", no_space)
    with pytest.raises((ChannelError, OperationalError), match="No space left"):
        queue.put("second")
    monkeypatch.undo()
    assert list(queue.folder.iterdir()) == []
    queue.put("third")
    assert queue.get() == "third"


def test_what_was_left_half_way_is_forgotten_the_next_day(tmp_path: Path) -> None:
    folder = tmp_path / "queue"
    (folder / "refused").mkdir(parents=True)
    old = [folder / "a.default.msg.reading", folder / "b.default.writing", folder / "refused/c"]
    fresh = folder / "d.default.msg.reading"
    for path in (*old, fresh):
        path.write_bytes(b"")
    yesterday = time.time() - KEPT - 60
    for path in old:
        os.utime(path, (yesterday, yesterday))
    ends = Ends(folder)
    assert [path.exists() for path in (*old, fresh)] == [False, False, False, True]
    ends.close()


def _write(folder: Path, writer: int) -> None:
    ends = Ends(folder)
    for rank in range(EACH):
        ends.put([writer, rank])
    ends.close()


@pytest.mark.concurrency
def test_two_writers_and_a_reader_lose_none_of_three_thousand(tmp_path: Path) -> None:
    folder = tmp_path / "queue"
    start = multiprocessing.get_context("spawn")
    writers = [start.Process(target=_write, args=(folder, rank)) for rank in range(WRITERS)]
    for writer in writers:
        writer.start()
    ends = Ends(folder)
    received: list[Any] = []
    while True:
        over = not any(writer.is_alive() for writer in writers)
        while (content := ends.get()) is not None:
            received.append(content)
        if over:
            break
    ends.close()
    assert [writer.exitcode for writer in writers] == [0, 0]
    expected = [[writer, rank] for writer in range(WRITERS) for rank in range(EACH)]
    assert sorted(received) == expected
    assert list(folder.iterdir()) == []


def test_the_queue_of_the_product_is_in_its_data_folder() -> None:
    from config import settings

    assert settings.CELERY_BROKER_TRANSPORT == "operations.queue_folder.Transport"
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["folder"])
    assert folder == settings.DATA_DIR / "queue"


def test_an_empty_queue_says_so(queue: Ends) -> None:
    with pytest.raises(Empty):
        queue._channel._get("default")
