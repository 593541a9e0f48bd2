"""Screens of the site in the back office."""
