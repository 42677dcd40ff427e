"""What each web worker loads. Decides nothing."""

import os

from django.core.wsgi import get_wsgi_application

from bihuan.config.death import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
if os.environ.get("BIHUAN_SUPERVISED"):
    die_with_parent(os.getpgrp())  # the web server leads its process group
application = get_wsgi_application()


def _read_the_city() -> None:
    """Read the catalog, the addresses and what demands are routed by before the first request, which would wait for it.

    All threads of a worker would wait, and with them the sign of life.
    """
    from django.urls import get_resolver

    from bihuan.hotline.routing import suggest
    from bihuan.kernel.cases.city import work_calendar

    work_calendar()
    suggest("", "")
    assert get_resolver().url_patterns


_read_the_city()
