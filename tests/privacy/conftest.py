"""清泉市, an invented city whose appeals hold personal data, and one appeal in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.kernel.cases.city import forget
from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.cases.install import install_city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.privacy import master
from tests.cast import Cast

CITY = Path(__file__).parent / "city"
PERSON = {
    "name": "张晓燕",
    "phone": "139 3581 6427",
    "id_number": "14110219870615002x",
    "address": "清泉市河东区滨河路8号3单元501室",
}
APPEAL = {"title": "路灯不亮", "content": "已经一周", **PERSON}


@pytest.fixture
def spring(db: None, settings: object, tmp_path: Path) -> Iterator[Cast]:
    """The cast in 清泉市, with a key file of its own."""
    settings.BIHUAN_CATALOG = CITY  # type: ignore[attr-defined]
    settings.BIHUAN_PERSONAL_KEY = tmp_path / "personal_key"  # type: ignore[attr-defined]
    settings.BIHUAN_FILES = tmp_path / "files"  # type: ignore[attr-defined]
    forget()
    master.forget()
    install_city()
    yield Cast()
    forget()
    master.forget()


@pytest.fixture
def appeal(spring: Cast) -> Case:
    """An appeal that gives name, phone, id number and address."""
    return appealed(spring)


def appealed(cast: Cast, key: str = "", **changes: object) -> Case:
    """Another appeal, with some of its fields changed."""
    clerk = cast.who("office-clerk")
    return open_case("hotline.appeal", APPEAL | changes, clerk, now=cast.later(minutes=1), key=key)


def through(cast: Cast, case: Case) -> Case:
    """The appeal assigned, visited with a witness, and answered by phone."""
    handler = cast.who("works-liaison")
    cast.does(case, "assign", cast.who("office-clerk"), unit="works")
    cast.does(case, "visit", handler, witness="王秀兰")
    return cast.does(case, "reply", handler, said_to="0358-8221234")
