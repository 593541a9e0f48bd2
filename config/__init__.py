"""Settings, environment, root URLs, Celery. No app imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
