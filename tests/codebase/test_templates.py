"""Every template is used, and every mail has its three parts."""

import ast
import re
from pathlib import Path

from django.template import engines
from django.template.loaders.app_directories import get_app_template_dirs

from wagtail.models import Page

from tests.codebase.sources import ROOT, nodes, project_files, python_files

TEMPLATES = ROOT / "templates"
#: Found by Django under these names.
BY_CONVENTION = {"400.html", "403.html", "404.html", "500.html"}
QUOTED = re.compile(r"""["']([\w./-]+\.(?:html|txt|css|svg|xml))["']""")
NAMED = re.compile(r"""\{%\s*(?:extends|include)\s+["']([^"']+)["']""")
MAIL_PARTS = (".subject.txt", ".txt", ".html")


def _our_templates() -> set[str]:
    return {
        path.relative_to(TEMPLATES).as_posix()
        for path in project_files()
        if path.is_relative_to(TEMPLATES)
    }


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _named_in_python() -> tuple[set[str], list[re.Pattern[str]]]:
    """Names written in full, and patterns of those put together (`f"{folder}/{kind}.html"`)."""
    names: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for path in python_files(product_only=True):
        names.update(node.value for node in nodes(path, ast.Constant) if type(node.value) is str)
        for joined in nodes(path, ast.JoinedStr):
            parts = [
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w./-]+"
                for part in joined.values
            ]
            text = "".join(parts)
            if re.search(r"\\\.(html|txt|css|svg|xml)$", text) and "/" in text:
                patterns.append(re.compile(text))
    return names, patterns


def _used_by_pages() -> set[str]:
    pages = [model for model in _all_subclasses(Page) if not model._meta.abstract]
    return {
        name
        for model in pages
        for name in (model.template, getattr(model, "landing_page_template", None))
        if name
    }


def _all_subclasses(model: type) -> list[type]:
    return [item for child in model.__subclasses__() for item in [child, *_all_subclasses(child)]]


def _overrides() -> set[str]:
    """Templates of ours that stand in place of a library's."""
    return {
        path.relative_to(folder).as_posix()
        for folder in map(Path, get_app_template_dirs("templates"))
        if not folder.is_relative_to(ROOT) or ".venv" in folder.parts
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_template_is_used() -> None:
    ours = _our_templates()
    names, patterns = _named_in_python()
    in_templates = {name for template in ours for name in QUOTED.findall(_source(template))}
    used = names | in_templates | _used_by_pages() | _overrides() | BY_CONVENTION
    unused = {
        name
        for name in ours - used
        if not any(pattern.fullmatch(name) for pattern in patterns) and not _is_mail(name)
    }
    assert not unused


def test_every_template_can_be_parsed_and_names_only_those_that_exist() -> None:
    engine = engines["django"]
    for name in sorted(_our_templates()):
        if name.endswith((".html", ".txt")):
            engine.get_template(name)
            for other in NAMED.findall(_source(name)):
                engine.get_template(other)


# --- Mails --------------------------------------------------------------------------------------


def _is_mail(name: str) -> bool:
    return Path(name).parent.name == "mail"


def _composed() -> set[str]:
    """`app/mail/kind` of every mail that the functions of an app compose."""
    found = set()
    for path in python_files(product_only=True):
        if path.name != "mails.py":
            continue
        for call in nodes(path, ast.Call):
            if ast.unparse(call.func) == "compose" and isinstance(call.args[0], ast.Constant):
                found.add(f"{path.parent.name}/mail/{call.args[0].value}")
    return found


def test_a_kind_of_mail_is_of_one_app() -> None:
    # The outbox keeps the kind alone: its templates are found whichever app has them.
    kinds = [Path(mail).name for mail in _composed()]
    assert sorted(kinds) == sorted(set(kinds))


def test_every_mail_has_a_subject_a_text_and_an_html_part_and_no_other() -> None:
    composed = _composed()
    assert composed
    expected = {mail + part for mail in composed for part in MAIL_PARTS}
    written = {name for name in _our_templates() if _is_mail(name)}
    shared = {"mail/base.html", "mail/signature.txt"}
    assert expected - written == set(), "missing"
    assert written - expected - shared == set(), "never sent"


def test_the_activity_number_is_never_printed_without_its_sentence() -> None:
    printing = [name for name in _our_templates() if "activity_number }}" in _source(name)]
    assert len(printing) >= 4
    for name in printing:
        assert "Cet enregistrement ne vaut pas agrément de l’État." in " ".join(
            _source(name).replace("\u00a0", " ").split()
        ), name
