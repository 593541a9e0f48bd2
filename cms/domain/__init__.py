"""Verbs of the public site."""
