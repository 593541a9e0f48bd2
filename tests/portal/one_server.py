"""`python -m tests.portal.one_server PORT`: the product, on the database of a running test.

In a process of its own, so that a test can kill it. `TESTS_DATABASE` names the database.
"""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["TESTS_DATABASE"]
    import django

    django.setup()
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import WSGIServer, run
    from django.core.wsgi import get_wsgi_application

    run(
        "127.0.0.1",
        int(sys.argv[1]),
        StaticFilesHandler(get_wsgi_application()),
        threading=True,
        server_cls=WSGIServer,
    )
