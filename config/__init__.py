"""Settings, addresses and what needs every room. No app imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
