"""What the logs keep of URLs: never the secret of a personal link."""

import logging
import re

#: Paths whose next part is a secret or a name of a person's own.
SECRET_PATH = re.compile(
    r"^(/(?:questionnaire|emargement|inscription/confirmer|documents/verifier|compte/[\w/-]*reset[\w/-]*)/)[^?\s]+"
)


class SecretsOfPaths(logging.Filter):
    """Cuts the secret out of the URL that Django writes with a refused request."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                SECRET_PATH.sub(r"\1…", item) if isinstance(item, str) else item
                for item in record.args
            )
        return True
