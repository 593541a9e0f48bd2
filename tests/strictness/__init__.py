"""What every test is held to, without asking: see `tests/conftest.py`."""
