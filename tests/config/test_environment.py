"""Odd values stop the start with one clear line; the defaults stay in the data folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import environment

ROOT = Path(__file__).resolve().parents[2]


def test_mail_is_written_in_the_data_folder_by_default(monkeypatch, tmp_path):
    monkeypatch.delenv("EMAIL_URL", raising=False)

    assert environment.read_email(tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path / "mail")


def test_a_folder_of_mail_keeps_its_first_slash(monkeypatch, tmp_path):
    monkeypatch.setenv("EMAIL_URL", "filemail:///var/mail-out")

    assert environment.read_email(tmp_path)["EMAIL_FILE_PATH"] == "/var/mail-out"


def test_former_keys_are_read_newest_first(monkeypatch):
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", f"{'n' * 32}  {'o' * 32}")

    assert environment.read_former_secret_keys() == ["n" * 32, "o" * 32]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"PORT": "huit mille"}, "PORT"),
        ({"DEBUG": "peut-être"}, "DEBUG"),
        ({"SITE_URL": "formation.example.org"}, "SITE_URL"),
        ({"SITE_URL": "https://formation.example.org"}, "SECRET_KEY"),
        ({"SITE_URL": "https://formation.example.org", "DEMO": "1"}, "DEMO"),
        ({"SITE_URL": "https://formation.example.org", "SECRET_KEY": "x" * 32}, "TRUSTED_PROXIES"),
        (
            {
                "SITE_URL": "https://formation.example.org",
                "SECRET_KEY": "x" * 32,
                "TRUSTED_PROXIES": "0",
            },
            "TRUSTED_PROXIES",
        ),
        ({"TRUSTED_PROXIES": "un"}, "TRUSTED_PROXIES"),
        ({"SECRET_KEY": "courte"}, "SECRET_KEY"),
        ({"SECRET_KEY_FALLBACKS": "ancienne"}, "SECRET_KEY_FALLBACKS"),
        ({"SEAL_FILE": "/nulle/part.p12"}, "SEAL_FILE"),
        ({"SEAL_FILE": __file__}, "SEAL_PASSPHRASE"),
        ({"SEAL_TIMESTAMP": "horloge"}, "SEAL_TIMESTAMP"),
    ],
)
def test_an_odd_value_stops_the_start_with_one_line(values, said, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        env={"DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", **values},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 78
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
