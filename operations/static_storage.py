"""Static files with the hash of their content in their name, served for a year."""

from collections.abc import Callable
from re import Match
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites the `import` lines of our ES modules, so that they are cached for a year too.

    Only ours, under `js/`: in other people's scripts an import may be an example in a comment.
    """

    support_js_module_import_aggregation = True

    def url_converter(
        self, name: str, hashed_files: dict[str, str], template: str | None = None
    ) -> Callable[[Match[str]], str]:
        if name.endswith(".js") and not name.startswith("js/"):
            return lambda match: match[0]
        converter: Any = super().url_converter(name, hashed_files, template)
        return converter
