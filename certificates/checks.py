"""System checks: what makes PDFs slow or ugly without breaking anything."""

import ctypes.util
import shutil
import subprocess
from typing import Any

from django.core.checks import CheckMessage, Warning, register

FONT = "Lato"


@register()
def fast_font_subsetting(**_arguments: Any) -> list[CheckMessage]:
    """Without this library, fonts are cut in Python: 170 ms a page instead of 26."""
    if ctypes.util.find_library("harfbuzz-subset"):
        return []
    return [
        Warning(
            "libharfbuzz-subset is missing: each PDF takes several times longer.",
            hint="apt-get install libharfbuzz-subset0",
            id="certificates.W001",
        )
    ]


@register()
def document_font(**_arguments: Any) -> list[CheckMessage]:
    """Without it, documents are set in whatever font the machine has."""
    program = shutil.which("fc-list")
    if program is None:
        return []
    listed = subprocess.run(  # noqa: S603  a program found on the path, a constant argument
        [program, f":family={FONT}", "family"], capture_output=True, text=True, check=False
    )
    if listed.stdout.strip():
        return []
    return [
        Warning(
            f"The font {FONT} is missing: documents will be set in another one.",
            hint="apt-get install fonts-lato",
            id="certificates.W002",
        )
    ]
