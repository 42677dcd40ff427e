"""A story that is really committed, for what other connections and processes must see; the tables are emptied after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker, Settings

from bihuan.kernel.cases.city import algorithm, forget
from bihuan.kernel.cases.install import install_city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.chain import event_hash
from bihuan.kernel.ledger.models import Event
from tests.cast import Cast
from tests.emptying import empty_tables


@pytest.fixture
def committed(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path, settings: Settings
) -> Iterator[Cast]:
    """The cast outside any transaction."""
    settings.BIHUAN_FILES = tmp_path / "files"
    with django_db_blocker.unblock():
        forget()
        try:
            install_city()
            yield Cast()
        finally:
            forget()
            empty_tables()


def alter(statement: str, *values: object) -> None:
    """Change the ledger as somebody with the owner's rights would."""
    with connection.cursor() as cursor:
        for table in ("ledger_event", "ledger_checkpoint"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, list(values))
        for table in ("ledger_event", "ledger_checkpoint"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def rewritten(task: Case) -> None:
    """Change the first event and link and hash all that follow, as an owner who knows the code would."""
    head = ""
    for event in Event.objects.filter(stream=task.number).order_by("seq"):
        event.person_name, event.prev = "换了人", head
        head = event_hash(algorithm(), vars(event))
        alter(
            "UPDATE ledger_event SET person_name = %s, prev = %s, hash = %s WHERE id = %s",
            event.person_name, event.prev, head, event.pk,
        )  # fmt: skip
