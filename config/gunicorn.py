"""How gunicorn serves the site, on the machine's own address: alone or behind a proxy."""

import os

from gunicorn import glogging

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
# Few writers at once: the default database is SQLite. Threads carry the readers, and those who send
# their request slowly: a proxy that keeps requests until they are whole is needed all the same
# (docs/deployment.md).
workers = 2
worker_class = "gthread"
threads = 16
# The code is read once, then shared by the workers: half the memory, half the start.
preload_app = True
timeout = 60
graceful_timeout = 5
# Headers of a proxy are read by Django alone, and only when SITE_URL says https.
forwarded_allow_ips = ""
# Personal links carry their token in the path: no URL is ever logged.
accesslog = None
loglevel = "warning"
control_socket_disable = True


class Logger(glogging.Logger):
    """Lines that say which process writes, like those of the settings."""

    error_fmt = "web | %(asctime)s %(levelname)s gunicorn [%(process)d] %(message)s"
    datefmt = None


logger_class = Logger
