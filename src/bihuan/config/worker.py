"""`bihuan worker`: runs the jobs until it is told to stop. Which jobs there are stands in `jobs`."""

from __future__ import annotations

import argparse
import os

from bihuan.config.death import die_with_parent
from bihuan.config.rights import work_as_application
from bihuan.config.serve import database_in_use

AT_ONCE = 5  # four deliveries, and one report being compiled
GRACE_SECONDS = 10


def run(words: list[str]) -> int:
    """Deliver notices and compile reports until SIGTERM or SIGINT; what is under way is finished first."""
    argparse.ArgumentParser(prog="bihuan worker").parse_args(words)
    supervisor = os.environ.get("BIHUAN_SUPERVISED")
    if supervisor:
        die_with_parent(int(supervisor))
    import django

    django.setup()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    assert isinstance(app.connector, DjangoConnector)
    with database_in_use():
        work_as_application()
        with app.replace_connector(app.connector.get_worker_connector()):
            app.run_worker(
                concurrency=AT_ONCE, delete_jobs="successful",
                shutdown_graceful_timeout=GRACE_SECONDS, fetch_job_polling_interval=5,
            )  # fmt: skip
    return 0
