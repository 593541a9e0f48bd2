"""A disk that is full: how it shows in an exception."""

import errno

#: SQLite says it in words, PostgreSQL by a code (53100, disk_full).
SQLITE_FULL = "database or disk is full"
POSTGRES_FULL = "53100"
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def is_full(error: BaseException | None) -> bool:
    """Whether an exception, or one that it was raised from, says that there is no room left."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in NO_SPACE:
            return True
        if SQLITE_FULL in str(error) or getattr(error, "sqlstate", None) == POSTGRES_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False
