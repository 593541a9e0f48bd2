"""The three sessions that the registers name."""

import pytest

from django.core.files.storage import storages

from tests.factories import OrganisationFactory, SessionFactory
from training.models import TrainingSession


@pytest.fixture(autouse=True)
def private_folder(tmp_path, settings):
    """Deposited files go to a folder of the test."""
    private = storages["private"]
    before = private._location
    private._location = str(tmp_path / "private")
    for name in ("base_location", "location"):
        private.__dict__.pop(name, None)
    yield tmp_path / "private"
    private._location = before
    for name in ("base_location", "location"):
        private.__dict__.pop(name, None)


@pytest.fixture
def sessions(db) -> dict[str, TrainingSession]:
    """S-2026-01, S-2026-02 and S-2026-03, open, for twelve people each."""
    OrganisationFactory()
    codes = ("S-2026-01", "S-2026-02", "S-2026-03")
    return {code: SessionFactory(code=code, max_seats=12) for code in codes}
