"""The names that are data, as the running code has them.

They stand in hashes, in stored rows, in packs and on paper: nothing here says in which module
they are written.
"""

import ast
import datetime as dt
import importlib
import pkgutil
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Choices
from django.utils.regex_helper import normalize

from attendance.domain import chain
from attendance.domain.offline import items
from attendance.models import AttendanceEvent
from certificates import kinds
from certificates.domain.proofs import publishing
from core.domain import journal
from core.registry import registry
from operations.gallery.sample_mails import SAMPLES
from tests.codebase.sources import nodes, python_files
from tests.project_urls import all_urls
from tests.quality import packs, scenario
from tests.test_permission_matrix import EVERY_LINE

SKIPPED = {"migrations", "tests"}
#: Functions whose result joins the details or the circumstances of an event.
BUILDERS = {"check_signature", "clock_of", "_details", "context"}
SIGNING = {"dumps", "loads", "Signer", "TimestampSigner", "salted_hmac"}


def stored_names() -> dict[str, Any]:
    """Everything but the paths of a pack, which need a session in the database."""
    verbs = set(registry.journal_verbs) | set(_constants("verb"))
    return {
        "attendance_event": _event_records(),
        "attendance_details_and_context": sorted(set(_chained_keys())),
        "journal_details": sorted(_journal_keys()),
        "offline_items": {
            "common": sorted(items._COMMON),
            **{str(kind): sorted(fields) for kind, fields in items._FIELDS.items()},
        },
        "signed_payloads": _signed_payloads(),
        "enums": _enums(),
        "salts": sorted(_salts()),
        "journal_subjects": sorted(journal.subject_models()),
        "journal_verbs": sorted(verbs),
        "document_codes": {kind.code: kind.prefix for kind in kinds.every()},
        "document_contexts": {
            kind.code: sorted({path for make in kind.samples.values() for path in _paths(make())})
            for kind in kinds.every()
        },
        "dated_rules": sorted(registry.dated_rules),
        "job_kinds": sorted(registry.job_kinds),
        "message_kinds": sorted({template.split("/")[-1] for template, _make in SAMPLES.values()}),
        "urls": _urls(),
    }


# --- The chain --------------------------------------------------------------------------------


def _event_records() -> dict[str, Any]:
    """Keys of a chained event, by the version of its hash."""
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    events = {
        version: AttendanceEvent(hash_version=version, received_at=now)
        for version in chain.KNOWN_VERSIONS
    }
    return {
        "current": chain.HASH_VERSION,
        **{f"version {n}": sorted(chain.event_record(event)) for n, event in events.items()},
    }


def _chained_keys() -> Iterator[str]:
    """Keys of what is digested or kept with an event, wherever attendance writes them."""
    for path in _domain_files():
        # The follow-up of absences writes to the journal, never to the chain.
        folders = path.relative_to(settings.BASE_DIR).parts
        if "attendance" not in folders or "absences" in folders:
            continue
        yield from _keys_in(path, {"details", "context"})
        for function in nodes(path, ast.FunctionDef):
            if function.name in BUILDERS:
                for item in ast.walk(function):
                    if isinstance(item, ast.Return):
                        yield from _literal_keys(item.value)


def _journal_keys() -> set[str]:
    return {key for path in _domain_files() for key in _keys_in(path, {"details"})}


def _domain_files() -> list[Path]:
    return [path for path in python_files(product_only=True) if "domain" in path.parts]


def _keys_in(path: Path, names: set[str]) -> Iterator[str]:
    """Keys of the dicts given or assigned under one of the names, and of what is added to them."""
    for call in nodes(path, ast.Call):
        for keyword in call.keywords:
            if keyword.arg in names:
                yield from _literal_keys(keyword.value)
    for kind in (ast.Assign, ast.AnnAssign, ast.AugAssign):
        for item in nodes(path, kind):
            for target in getattr(item, "targets", None) or [item.target]:
                if isinstance(target, ast.Name) and target.id in names:
                    yield from _literal_keys(item.value)
                if (
                    isinstance(target, ast.Subscript)
                    and isinstance(target.value, ast.Name)
                    and target.value.id in names
                    and isinstance(target.slice, ast.Constant)
                ):
                    yield target.slice.value


def _literal_keys(value: ast.expr | None) -> Iterator[str]:
    """Keys of a literal dict, and of those joined to it by `|`."""
    if isinstance(value, ast.BinOp):
        yield from _literal_keys(value.left)
        yield from _literal_keys(value.right)
    elif isinstance(value, ast.IfExp):
        yield from _literal_keys(value.body)
        yield from _literal_keys(value.orelse)
    elif isinstance(value, ast.Dict):
        for key in value.keys:
            if isinstance(key, ast.Constant):
                yield key.value


# --- Salts, verbs ---------------------------------------------------------------------------------


def _calls(names: set[str]) -> Iterator[tuple[Path, ast.Call]]:
    for path in python_files(product_only=True):
        for call in nodes(path, ast.Call):
            function = call.func
            name = function.attr if isinstance(function, ast.Attribute) else None
            if (name or getattr(function, "id", None)) in names:
                yield path, call


def _salts() -> set[str]:
    """Every salt of a keyed digest or of a signature; one that is computed fails."""
    found = set()
    for path, call in _calls(SIGNING):
        salts = [keyword.value for keyword in call.keywords if keyword.arg in {"salt", "key_salt"}]
        if getattr(call.func, "id", getattr(call.func, "attr", "")) == "salted_hmac":
            salts += call.args[:1]
        found |= {_text(path, salt) for salt in salts}
    return found


def _text(path: Path, value: ast.expr) -> str:
    """The text that an expression is: a literal, or a constant of the module."""
    if isinstance(value, ast.Constant):
        return str(value.value)
    for item in nodes(path, ast.Assign):
        if isinstance(value, ast.Name) and any(
            isinstance(target, ast.Name) and target.id == value.id for target in item.targets
        ):
            return _text(path, item.value)
    raise ValueError(f"{path}: line {value.lineno} does not say its salt.")


def _signed_payloads() -> dict[str, list[str]]:
    """Keys of what is signed, by salt."""
    return {
        _text(path, keyword.value): sorted(_literal_keys(call.args[0]))
        for path, call in _calls({"dumps"})
        for keyword in call.keywords
        if keyword.arg == "salt"
    }


def _constants(name: str) -> Iterator[str]:
    """Texts given under a keyword, anywhere in the product."""
    for path in python_files(product_only=True):
        for call in nodes(path, ast.Call):
            for keyword in call.keywords:
                if keyword.arg == name and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)


# --- Values of enumerations -----------------------------------------------------------------------


def _enums() -> dict[str, list[str]]:
    """Values by name of class; classes of one name are distinguished by their values."""
    _import_everything()
    found: dict[str, list[list[str]]] = defaultdict(list)
    for enum in _descendants(Choices):
        if enum.__module__.split(".")[0] in _our_packages() and len(enum):
            found[enum.__name__].append(sorted(str(value) for value in enum.values))
    named = {}
    for name, values in sorted(found.items()):
        if len(values) == 1:
            named[name] = values[0]
        else:
            named |= {f"{name}#{rank}": item for rank, item in enumerate(sorted(values), start=1)}
    return named


def _descendants(kind: type) -> set[Any]:
    children = set(kind.__subclasses__())
    return children.union(*(_descendants(child) for child in children))


def _our_packages() -> set[str]:
    return {
        config.name
        for config in apps.get_app_configs()
        if Path(config.path).parent == Path(settings.BASE_DIR)
    }


def _import_everything() -> None:
    for package in sorted(_our_packages()):
        _import_below(importlib.import_module(package))


def _import_below(package: Any) -> None:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if found.name.rpartition(".")[2] not in SKIPPED:
            module = importlib.import_module(found.name)
            if found.ispkg:
                _import_below(module)


# --- Documents, packs, URLs -----------------------------------------------------------------------


def _paths(value: Any, before: str = "") -> Iterator[str]:
    """Every key of plain data, with those above it; « [] » stands for the items of a list."""
    if isinstance(value, dict):
        for key, item in value.items():
            path = f"{before}.{key}" if before else key
            yield path
            yield from _paths(item, path)
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item, f"{before}[]")


def pack_paths() -> list[str]:
    """Files of the pack of a whole session, without what varies: sessions, people, days."""
    scenario.delivered_session(code=packs.CODE)
    publishing.publish_due(at=scenario.NOW)
    content, result = packs.zipped()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name.removeprefix(f"{result.root}/") for name in archive.namelist()]
    return sorted({_without_particulars(name) for name in names})


def _without_particulars(name: str) -> str:
    for pattern, word in (
        (r"(?<=3_sessions/)[^/]+", "SESSION"),
        (re.escape(packs.CODE), "SESSION"),
        (r"_A\d{3}", "_PERSON"),
        (r"_v\d+", "_VERSION"),
        (r"\d{4}-\d{2}-\d{2}(_\d+)?", "DAY"),
    ):
        name = re.sub(pattern, word, name)
    return name


def _urls() -> list[str]:
    """Forms of the URLs of ours and of the pages of accounts; their names are code."""
    return sorted(
        {
            re.sub(r"%\(\w+\)s", "*", _form(url.regexes))
            for url in all_urls()
            if url.name in EVERY_LINE or url.regexes[0].startswith("^compte/")
        }
    )


def _form(regexes: Iterable[str]) -> str:
    return "/" + "".join(normalize(regex)[0][0] for regex in regexes)
