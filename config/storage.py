"""Static files with the hash of their content in their name, served for a year."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites the imports of our ES modules, so that they are cached for a year too."""

    support_js_module_import_aggregation = True
