"""An hour of a half-day is written by the clock of its place: nothing writes it without a zone."""

import ast
import re

from tests.codebase.sources import ROOT, name_of, project_files, python_files

#: Templates that show hours of half-days. `office_time` says there that an hour is the office's.
FOLDERS = ("attendance", "portal", "certificates/pdf")
#: A filter that writes an hour, or the day of a moment, without the zone.
BARE_FILTER = re.compile(
    r"\|french_time(?!:)|\|(?:date|time):\"[^\"]*[HhGgi][^\"]*\"|\|time\b"
    r"|_at\|french_day(?!:)[^%]{0,8}à \{\{[^}]*french_time"
)


def test_every_moment_is_written_with_its_zone() -> None:
    """`format_time` has no default zone; an hour typed (`time`) has none to give."""
    bare = [
        f"{name_of(path)}:{call.lineno}"
        for path in python_files(product_only=True)
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and _name(call.func) == "format_time"
        and not any(keyword.arg == "zone" for keyword in call.keywords)
    ]
    assert set(map(_file, bare)) <= TYPED_TIMES, bare


#: Their hours are times of a form, without a date: nothing to convert.
TYPED_TIMES = {"cms/models/events.py", "core/templatetags/french.py"}


def test_templates_of_attendance_write_no_hour_without_its_zone() -> None:
    bare = [
        f"{name_of(path)}: {found.group()}"
        for path in project_files()
        if path.suffix in {".html", ".txt"}
        and any(path.is_relative_to(ROOT / "templates" / folder) for folder in FOLDERS)
        for found in BARE_FILTER.finditer(path.read_text(encoding="utf-8"))
        if "Y-m-d" not in found.group()
    ]
    assert not bare, bare


def test_attendance_formats_no_hour_by_itself() -> None:
    """`strftime`, or a format with hours in an f-string, knows no place."""
    bare = [
        name_of(path)
        for path in python_files(product_only=True)
        if path.relative_to(ROOT).parts[0] in {"attendance", "portal"}
        and "migrations" not in path.parts
        and re.search(r"strftime\(|:%H|%H:%M\}", path.read_text(encoding="utf-8"))
    ]
    assert not bare, bare


def test_a_device_writes_hours_by_the_clock_of_the_place() -> None:
    scripts = [path for path in project_files() if path.suffix == ".js"]
    zones = {
        name_of(path)
        for path in scripts
        if re.search(r"timeZone:\s*\"", path.read_text(encoding="utf-8"))
        or re.search(r"toLocale(Time)?String\(", path.read_text(encoding="utf-8"))
    }
    assert not zones


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _file(place: str) -> str:
    return place.rsplit(":", 1)[0]
