"""Errors of types, app by app: `python -m tests.codebase.types [--write]` (see `script/types`)."""

import json
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: The apps of the import contracts, read without Django.
APPS: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["root_packages"]
FILE = Path(__file__).with_name("type_errors.json")


def errors() -> list[str]:
    """One line per error that mypy finds in the product."""
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context", *APPS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in found.stdout.splitlines() if ": error: " in line]
    if found.returncode not in {0, 1} or bool(lines) != bool(found.returncode):
        raise SystemExit(found.stdout + found.stderr)
    return lines


def verdict(lines: list[str], allowed: dict[str, int]) -> list[str]:
    """What is wrong with today's errors, a sentence each; nothing when all is as written."""
    wrong = [line for line in lines if "/domain/" in line.split(":")[0]]
    counted = Counter(line.split("/")[0] for line in lines)
    for app in sorted(counted.keys() | allowed.keys()):
        now, before = counted[app], allowed.get(app, 0)
        if now > before:
            wrong += [line for line in lines if line.startswith(f"{app}/")]
            wrong.append(f"{app}: {now} errors of types, {before} allowed")
        elif now < before:
            wrong.append(f"{app}: {now} errors of types, {before} noted: script/types --write")
    return wrong


def main() -> int:
    """Compare, or write; returns the exit code."""
    lines = errors()
    allowed: dict[str, int] = json.loads(FILE.read_text(encoding="utf-8"))
    if "--write" in sys.argv:
        counted = Counter(line.split("/")[0] for line in lines)
        now = {app: min(counted[app], allowed.get(app, counted[app])) for app in sorted(APPS)}
        FILE.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
        allowed = now
    wrong = verdict(lines, allowed)
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    sys.stdout.write(f"{len(lines)} errors of types in the product, none allowed in the domain\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
