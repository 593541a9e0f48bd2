"""Reads the environment, and stops the start with one clear line when a value is odd.

Every variable is described in `docs/environment.md`; a test keeps the two in step.
"""

import base64
import os
import re
import secrets
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

TRUE_WORDS = {"1", "true", "yes", "on", "oui"}
#: As in the URL where a witness sends its signature.
WITNESS_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,48}")
ED25519_BYTES = 32
FALSE_WORDS = {"", "0", "false", "no", "off", "non"}


def stop(message: str) -> NoReturn:
    """End the process with one line on the error output, without a stack trace."""
    sys.stderr.write(f"Configuration refusée : {message}\n")
    raise SystemExit(78)  # EX_CONFIG of sysexits.h


def read_bool(name: str, *, default: bool) -> bool:
    """The variable `name` as a boolean; anything but a plain yes or no stops the start."""
    raw = env.str(name, default="oui" if default else "non").strip().lower()
    if raw in TRUE_WORDS:
        return True
    if raw in FALSE_WORDS:
        return False
    stop(f"{name} vaut « {raw} » ; écrivez 1 ou 0.")


def read_port() -> int:
    """The port of the web server, between 1 and 65535."""
    raw = env.str("PORT", default="8000")
    if not raw.isdecimal() or not 1 <= int(raw) <= 65535:
        stop(f"PORT vaut « {raw} » ; il faut un nombre entre 1 et 65535.")
    return int(raw)


def read_count(name: str, *, default: int) -> int:
    """The variable `name` as a whole number, 1 at least."""
    raw = env.str(name, default=str(default)).strip()
    if not raw.isdecimal() or int(raw) < 1:
        stop(f"{name} vaut « {raw} » ; il faut un nombre entier, 1 au moins.")
    return int(raw)


def read_proxies(*, required: bool) -> int:
    """How many reverse proxies stand between the visitors and the web server.

    A site served over https has at least one, which ends the encryption: without their number
    every visitor would have the address of the proxy, in limits as well as in proofs.
    """
    raw = env.str("TRUSTED_PROXIES", default="").strip()
    if not raw and not required:
        return 0
    if not raw.isdecimal() or (required and int(raw) < 1):
        stop(
            f"TRUSTED_PROXIES vaut « {raw} » ; écrivez combien de serveurs mandataires (nginx, "
            "Caddy…) se trouvent devant le site, 1 au moins quand SITE_URL commence par https://."
        )
    return int(raw)


def read_data_dir() -> Path:
    """The folder of everything that must survive: database, private files, queue, mail.

    What this process writes, there or elsewhere, is for its owner alone unless it says otherwise.
    """
    os.umask(0o077)
    path = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        stop(f"DATA_DIR « {path} » ne peut pas être créé ({error.strerror}).")
    return path


def read_email(data_dir: Path) -> dict[str, object]:
    """The settings of outgoing mail: files in the data folder unless EMAIL_URL says otherwise."""
    if not env.str("EMAIL_URL", default=""):
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(data_dir / "mail"),
        }
    config = dict(env.email_url("EMAIL_URL"))
    if path := config.get("EMAIL_FILE_PATH"):
        # django-environ drops the first slash of « filemail:///folder ».
        config["EMAIL_FILE_PATH"] = f"/{path}"
    return config


def read_site_url(port: int) -> str:
    """The public URL of the site, without a final slash."""
    url = env.str("SITE_URL", default=f"http://127.0.0.1:{port}").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        stop(f"SITE_URL vaut « {url} » ; il faut une adresse qui commence par http:// ou https://.")
    return url


def read_file(name: str) -> str:
    """The path of a file that must be readable; empty when the variable is not set."""
    path = env.str(name, default="").strip()
    if path and not Path(path).is_file():
        stop(f"{name} vaut « {path} » ; ce fichier n’existe pas.")
    return path


def read_folder(name: str, *, default: Path) -> Path:
    """The path of a folder, made when it is first written; relative ones are refused."""
    raw = env.str(name, default="").strip()
    if not raw:
        return default
    path = Path(raw).expanduser()
    if not path.is_absolute():
        stop(f"{name} vaut « {raw} » ; il faut un chemin qui commence par /.")
    return path


def read_secret_key(data_dir: Path, *, required: bool) -> str:
    """The secret key: from the environment, else generated once into the data folder.

    A site served over https must be given its key: several machines must share it.
    """
    key = env.str("SECRET_KEY", default="")
    if key:
        if len(key) < 32:
            stop("SECRET_KEY est trop courte ; il faut au moins 32 caractères.")
        return key
    if required:
        stop("SECRET_KEY est obligatoire quand SITE_URL commence par https://.")
    path = data_dir / "secret_key"
    if not path.exists():
        # Written whole then moved into place: two processes that start together read one key.
        draft = data_dir / f"secret_key.{secrets.token_hex(4)}"
        draft.write_text(secrets.token_urlsafe(64), encoding="ascii")
        draft.chmod(0o600)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def read_former_secret_keys() -> list[str]:
    """Keys that signed before, the newest first: what carries them is still believed.

    A key that leaked is not to be among them.
    """
    keys = env.str("SECRET_KEY_FALLBACKS", default="").split()
    if any(len(key) < 32 for key in keys):
        stop(
            "SECRET_KEY_FALLBACKS contient une clé trop courte ; séparez les clés par des "
            "espaces, 32 caractères au moins chacune."
        )
    return keys


def read_seal() -> tuple[str, str]:
    """The PKCS#12 file of the electronic seal and its passphrase; empty without one."""
    path, passphrase = env.str("SEAL_FILE", default=""), env.str("SEAL_PASSPHRASE", default="")
    if not path:
        return "", ""
    try:
        content = Path(path).expanduser().read_bytes()
    except OSError as error:
        stop(f"SEAL_FILE « {path} » ne peut pas être lu ({error.strerror}).")
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415  seldom asked

    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(
            content, passphrase.encode() or None
        )
    except ValueError:
        stop("SEAL_FILE ne s’ouvre pas avec SEAL_PASSPHRASE, ou n’est pas un fichier PKCS#12.")
    if key is None or certificate is None:
        stop("SEAL_FILE doit contenir une clé et son certificat.")
    return str(Path(path).expanduser()), passphrase


def read_address(name: str) -> str:
    """The variable `name` as a URL; empty without one."""
    url = env.str(name, default="").strip()
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        stop(f"{name} vaut « {url} » ; il faut une adresse qui commence par http:// ou https://.")
    return url


def read_witnesses() -> dict[str, str]:
    """The witnesses of published roots, as « name=key name=key »: an Ed25519 key in base64 each."""
    found: dict[str, str] = {}
    for word in env.str("PROOF_WITNESSES", default="").replace(",", " ").split():
        name, _sign, key = word.partition("=")
        try:
            is_key = len(base64.b64decode(key, validate=True)) == ED25519_BYTES
        except ValueError:
            is_key = False
        if not WITNESS_NAME.fullmatch(name) or name in found or not is_key:
            stop(
                f"PROOF_WITNESSES contient « {word} » ; écrivez nom=clé, un nom en minuscules, "
                "chiffres et tirets, une clé publique Ed25519 en base64."
            )
        found[name] = key
    return found
