"""Every signature given is recorded once, or shown as waiting, or refused by name.

Random walks of a trainer’s device: a real browser, its service worker and its storage, a real
server that is killed, a network that fails in three ways. `script/long walks` plays as many as
wanted; here are some, always the same, and those that failed once.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from django.conf import settings
from django.db import connection

from tests.cast import Actor
from tests.walks.network import Network
from tests.walks.server import Server
from tests.walks.steps import Step, walk_of
from tests.walks.walk import PromiseBroken, Walk, shortest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.django_db(transaction=True)
#: `first-last`, from `script/long walks`.
SEEDS = os.environ.get("WALK_SEEDS", "1-12")
#: Seconds spent on making a walk that fails shorter.
SHRINKING = float(os.environ.get("WALK_SHRINKING", "120"))
#: A file that gets the story of each walk.
REPORT = os.environ.get("WALK_REPORT")


def _seeds() -> range:
    first, _dash, last = SEEDS.partition("-")
    return range(int(first), int(last or first) + 1)


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    opened = Server(database=str(connection.settings_dict["NAME"]), folder=str(settings.BASE_DIR))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def network(server: Server) -> Iterator[Network]:
    opened = Network(server.port)
    yield opened
    opened.close()


@pytest.fixture
def walk(
    chromium: "Browser", server: Server, network: Network, transactional_db: None, trainer: Actor
) -> Walk:
    return Walk(chromium, server, network, trainer)


def note(name: str, walk: Walk, faults: Sequence[str]) -> None:
    """Write the story of the walk where it was asked for."""
    if REPORT:
        with Path(REPORT).open("a") as report:
            print(name, *walk.story, *faults or ["kept"], sep="\n", file=report)


def keeps_its_promise(walk: Walk, steps: Sequence[Step]) -> None:
    faults = walk.faults(steps)
    note("steps", walk, faults)
    if faults:
        raise PromiseBroken("\n".join([*faults, *walk.story]))


@pytest.mark.parametrize("seed", _seeds())
def test_a_walk_of_a_seed_keeps_the_promise(walk: Walk, seed: int) -> None:
    steps = walk_of(seed)
    faults = walk.faults(steps)
    note(f"seed {seed}", walk, faults)
    if not faults:
        return
    story = list(walk.story)
    fewer = shortest(steps, lambda fewer: bool(walk.faults(fewer)), seconds=SHRINKING)
    lines = "\n".join(f"    {step}," for step in fewer)
    raise PromiseBroken(
        f"seed {seed}\n"
        + "\n".join([*faults, *story])
        + f"\nShortest walk that failed:\n[\n{lines}\n]"
    )


def test_preparing_again_while_signatures_wait_keeps_them(walk: Walk) -> None:
    keeps_its_promise(
        walk,
        [
            Step("prepare"),
            Step("offline"),
            Step("draw", person=0),
            Step("network", network="sending 502"),
            Step("online"),
            Step("prepare"),
            Step("offline"),
            Step("draw", person=1),
        ],
    )


def test_preparing_again_after_a_part_was_sent_keeps_the_rest(walk: Walk) -> None:
    keeps_its_promise(
        walk,
        [
            Step("prepare"),
            Step("offline"),
            Step("draw", person=0),
            Step("online"),
            Step("reload"),
            Step("offline"),
            Step("draw", person=1),
            Step("network", network="sending 502"),
            Step("online"),
            Step("prepare"),
        ],
    )


def test_the_form_that_the_way_back_shows_is_not_signed_again(walk: Walk) -> None:
    keeps_its_promise(
        walk,
        [
            Step("prepare"),
            Step("offline"),
            Step("draw", person=0),
            Step("back"),
            Step("finish form"),
        ],
    )


def test_a_form_open_in_a_second_tab_is_not_signed_again(walk: Walk) -> None:
    keeps_its_promise(
        walk,
        [
            Step("prepare"),
            Step("offline"),
            Step("open form", tab=1, person=0),
            Step("draw", person=0, double=True),
            Step("finish form", tab=1),
        ],
    )


def test_an_answer_lost_on_the_way_back_doubles_nothing(walk: Walk) -> None:
    keeps_its_promise(
        walk,
        [
            Step("prepare"),
            Step("offline"),
            Step("draw", person=0),
            Step("type", person=1, double=True),
            Step("network", network="sending answers lost"),
            Step("online"),
            Step("reload"),
        ],
    )


def test_what_a_forgotten_preparation_keeps_is_shown_and_handed_in(walk: Walk) -> None:
    keeps_its_promise(
        walk,
        [
            Step("prepare"),
            Step("offline"),
            Step("draw", person=0),
            Step("absent", person=1),
            Step("tickets forgotten"),
            Step("online"),
        ],
    )


def test_who_is_recorded_already_is_shown_so_where_there_is_no_network(walk: Walk) -> None:
    keeps_its_promise(
        walk,
        [
            Step("draw", person=0),
            Step("absent", person=1),
            Step("prepare"),
            Step("offline"),
            Step("reload"),
        ],
    )
