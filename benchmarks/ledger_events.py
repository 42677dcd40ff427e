"""Makes many events of a valid chain quickly, by COPY, in a database of one's own: what the ledger's benchmark checks."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

WINDOW = 1000  # cases that are open at the same time: their events lie mixed in the table
EACH = 10  # events a case
START = datetime(2024, 1, 2, 1, 0, tzinfo=UTC)
COLUMNS = (
    "stream", "seq", "at", "action", "person", "person_name", "post", "unit", "matter", "version",
    "definition", "body", "prev", "hash",
)  # fmt: skip


@contextmanager
def own_database() -> Iterator[None]:
    """A throw-away cluster with the product's tables, gone after the block; call before Django is set up."""
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-", dir="/var/tmp") as var:
        Path(var).chmod(0o755)
        os.environ["BIHUAN_VAR"] = var
        os.environ["BIHUAN_DEMO"] = "0"
        os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.config.settings"
        import django

        django.setup()
        from django.conf import settings

        from bihuan.config.cluster import Cluster
        from bihuan.config.prepare import migrate

        with Cluster(Path(settings.BIHUAN_CLUSTER_HOME), durable=False).in_use():
            migrate()
            yield


def make_events(count: int) -> None:
    """Fill ledger_event with `count` events, in chains of ten."""
    from django.db import connection

    with connection.cursor() as cursor:
        raw = cursor.cursor
        with raw.copy(f"COPY ledger_event ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for done, row in enumerate(_rows(count), 1):
                copy.write_row([row[name] for name in COLUMNS])
                if done % 50_000 == 0:
                    sys.stderr.write(f"\r{done}/{count} events made")
        sys.stderr.write("\n")
        cursor.execute("VACUUM (ANALYZE) ledger_event")


def _rows(count: int) -> Iterator[dict[str, Any]]:
    from bihuan.kernel.ledger.chain import canonical, event_hash

    made = 0
    for window in range(0, -(-count // EACH), WINDOW):
        heads = {f"BM2024-{window + n + 1:07d}": "" for n in range(WINDOW)}
        for seq in range(1, EACH + 1):
            for stream, prev in heads.items():
                if made == count:
                    return
                made += 1
                row: dict[str, Any] = {
                    "stream": stream, "seq": seq, "at": START + timedelta(seconds=made),
                    "action": "report", "person": 1000 + made % 500, "person_name": "测试经办员",
                    "post": "ll-edu-liaison", "unit": "ll-edu", "matter": "plan.task", "version": 1,
                    "definition": "d" * 64, "prev": prev, "body": canonical(_content(made)).decode(),
                }  # fmt: skip
                row["hash"] = heads[stream] = event_hash("sm3", row)
                yield row


def _content(made: int) -> dict[str, Any]:
    return {
        "from": "in_progress", "to": "in_progress", "return_to": "",
        "edits": {"progress": f"本周完成第 {made} 段路面铺设，现场正常，下周进行验收准备工作。"},
        "given": {"statement": f"第{made}次周报：\"按期\"推进", "percent": str(made % 100)},
    }  # fmt: skip
