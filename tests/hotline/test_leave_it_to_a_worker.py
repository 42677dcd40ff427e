"""The real worker takes a confirmed table in, and dies while it hands a demand on: nothing twice, nothing lost."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from bihuan.hotline.intake import register
from bihuan.hotline.peer_keys import set_peer_key
from bihuan.hotline.peer_models import SENDING, Handing
from bihuan.hotline.table_models import DONE, TableIn
from bihuan.hotline.table_taking import bring, confirm
from bihuan.kernel.cases.city import forget
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.install import install_city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from tests.api.platform import a_platform
from tests.cast import Cast
from tests.config.product import PATIENCE
from tests.delivery.conftest import empty
from tests.delivery.running import Workers, address_of, database_of_its_own, eventually
from tests.hotline.conftest import Hall, told
from tests.hotline.test_import_a_table import GOOD, SOURCE, row_of, workbook

__all__ = ["empty"]

PEERS = """peers:
  shanxi: {{name: 山西省12345平台, url: "{url}", usual: help}}
  taiyuan: {{name: 太原市12345热线, url: "{url}", usual: help}}
"""


@pytest.fixture
def workers(empty: str, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[Workers]:
    """Workers on a database where everything is committed, with our key and a catalog of their own."""
    home = tmp_path / "catalog"
    shutil.copytree(settings.BIHUAN_CATALOG, home)
    with django_db_blocker.unblock(), database_of_its_own(empty) as name:
        found = Workers(
            tmp_path / "var",
            {
                "BIHUAN_DATABASE_URL": address_of(name), "BIHUAN_CATALOG": str(home),
                "BIHUAN_PERSONAL_KEY": str(settings.BIHUAN_PERSONAL_KEY),
                "BIHUAN_FILES": str(tmp_path / "files"), "BIHUAN_WEBHOOK_HOSTS": "127.0.0.1",
            },
        )  # fmt: skip
        forget()
        install_city()
        try:
            yield found
        finally:
            found.kill_all()
            forget()


def test_a_worker_takes_in_what_was_confirmed(workers: Workers) -> None:
    hall = Hall(Cast())
    data = workbook(GOOD, row_of(工单编号="A2", 诉求内容="自来水停了两天没有通知"))
    row = bring(data, "a.xlsx", SOURCE, hall.who("dispatcher"), now=timezone.now())
    confirm(row, 2, now=timezone.now())
    workers.start()
    eventually(lambda: TableIn.objects.get().state == DONE)
    row.refresh_from_db()
    assert (row.made, row.left, bytes(row.sealed)) == (2, [], b"")
    assert Case.objects.count() == 2


def test_a_worker_killed_while_it_sends_leaves_the_rest_to_a_person(
    workers: Workers, tmp_path: Path
) -> None:
    hall = Hall(Cast())
    with a_platform() as platform:
        peers = tmp_path / "catalog/hotline/peers.yaml"
        peers.write_text(PEERS.format(url=platform.url))
        set_peer_key("shanxi", "secret-key", SYSTEM_ACTOR, now=timezone.now())
        case = register(told(), hall.desk, now=timezone.now())
        given = {"peer": "shanxi", "reason": "属省级职责"}
        act(case.number, "hand_on", hall.who("dispatcher"), given, now=timezone.now())
        worker = workers.start()
        platform.when_taken = lambda: os.kill(worker.pid, signal.SIGKILL)
        assert worker.wait(PATIENCE) == -signal.SIGKILL
        platform.when_taken = None
        assert Handing.objects.get().status == SENDING
        Handing.objects.update(next_at=timezone.now())  # as if the lease had ended
        workers.start()
        eventually(lambda: Case.objects.get().state == "handing_stuck")
    said = Event.objects.get(stream=case.number, action="peer_stuck").content["given"]
    assert said["why"] == "unclear"
    assert len(platform.sent) == 1
