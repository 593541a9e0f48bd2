"""How gunicorn serves the site, on the machine's own address: alone or behind a proxy."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
# Few writers at once: the default database is SQLite. Threads carry the readers.
workers = 2
worker_class = "gthread"
threads = 4
# The code is read once, then shared by the workers: half the memory, half the start.
preload_app = True
timeout = 60
graceful_timeout = 5
# Headers of a proxy are read by Django alone, and only when SITE_URL says https.
forwarded_allow_ips = ""
# Personal links carry their token in the path: no address is ever logged.
accesslog = None
loglevel = "warning"
control_socket_disable = True
