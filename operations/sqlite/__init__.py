"""Django's SQLite, where writers queue instead of trying again."""
