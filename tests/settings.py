"""Settings of the tests: the product's own, with what would slow or leak switched off."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Never the data folder of an installation: one made for this run, with a part for each process
# of pytest-xdist. A program started by a test inherits the part of that test.
if "TESTS_DATA_DIR" not in os.environ:
    os.environ["TESTS_DATA_DIR"] = tempfile.mkdtemp(prefix="ideal-tests-")
    atexit.register(shutil.rmtree, os.environ["TESTS_DATA_DIR"], ignore_errors=True)
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["DATA_DIR"] = str(Path(os.environ["TESTS_DATA_DIR"]) / _worker)
os.environ["SECRET_KEY"] = "only-for-the-tests-" + "0" * 32
os.environ["SITE_URL"] = "http://testserver"
for _name in ("DEBUG", "DEMO", "PORT", "CELERY_BROKER_URL", "CACHE_URL", "EMAIL_URL"):
    os.environ.pop(_name, None)

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"},
}
# A test that rolls back forgets nothing: those about kept pages turn it on.
PAGE_CACHE = False
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT = ""
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
# Nothing is collected for the tests: no folder to index at the start of each client.
WHITENOISE_AUTOREFRESH = True

# Threads of a test end with it: they must leave nothing open behind them.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
if DATABASE_IS_SQLITE:  # noqa: F405
    # A file, as in the product: threads and processes meet the same locks. Nothing has to
    # survive the machine, so nothing is flushed to the disk.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] = (  # noqa: F405
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
