"""Backups: made while the site runs, tried by being restored elsewhere, restored when needed."""
