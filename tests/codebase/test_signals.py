"""Signals go from a lower app to the apps above it, and each of them has a receiver."""

import importlib
import weakref

import pytest

from django.dispatch import Signal

from tests.codebase.sources import APPS, ROOT

SIGNALS = {
    f"{app}.{name}": value
    for app in APPS
    if (ROOT / app / "signals.py").exists()
    for name, value in vars(importlib.import_module(f"{app}.signals")).items()
    if isinstance(value, Signal)
}


def _listeners(signal: Signal) -> set[str]:
    """The apps whose functions are connected to the signal."""
    references = [entry[1] for entry in signal.receivers]
    functions = [ref() if isinstance(ref, weakref.ref) else ref for ref in references]
    return {function.__module__.split(".")[0] for function in functions if function is not None}


def test_there_are_signals_to_look_at():
    assert SIGNALS


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_is_heard_by_another_app_and_never_by_its_own(name):
    listeners = _listeners(SIGNALS[name])
    assert listeners, "nothing listens: call the function, or remove the signal"
    assert name.split(".")[0] not in listeners, "inside one app, call the function"
