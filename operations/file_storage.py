"""Files of the data folder: whole, or not there."""

import contextlib
import os
from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """Django's, which leaves the beginning of a file behind when the disk is full."""

    def _save(self, name: str, content: Any) -> str:
        was_there = self.exists(name)
        try:
            return super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        except OSError:
            if not was_there:
                with contextlib.suppress(OSError):
                    os.unlink(self.path(name))
            raise
