"""汇流市 (flows_city): a small invented city whose matters use every kind of flow."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from bihuan.kernel.cases.city import forget
from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.cases.install import install_city
from bihuan.kernel.cases.models import Case, CaseClock
from bihuan.kernel.orgs.acting import Acting
from tests.cast import Cast
from tests.emptying import empty_tables

FLOWS_CITY = Path(__file__).parent / "flows_city"


class Confluence(Cast):
    """The people of the city, and its cases."""

    @property
    def clerk(self) -> Acting:
        """Who hands out."""
        return self.who("clerk")

    @property
    def checker(self) -> Acting:
        """Who confirms."""
        return self.who("checker")

    @property
    def mayor(self) -> Acting:
        """Who grants extensions."""
        return self.who("mayor")

    def of(self, unit: str) -> Acting:
        """The liaison of a department."""
        return self.who(f"{unit}-liaison")

    def opens(self, matter: str, **data: object) -> Case:
        """A case that the clerk opens."""
        fields = {"title": "修通环城路", "inspection": "inspection", **data}
        return open_case(matter, fields, self.clerk, now=self.now)

    def errand(self, **data: object) -> Case:
        """An errand of the works bureau that is signed for."""
        case = self.opens("flow.errand", lead="works", pace="plain", **data)
        return self.does(case, "sign_for", self.of("works"))

    def joint(self, *assist: str) -> Case:
        """A joint matter on which all units work."""
        case = self.opens("flow.joint", lead="works", assist=list(assist))
        return self.does(case, "issue", self.clerk)

    def part(self, case: Case, unit: str) -> Case:
        """The newest part of a unit."""
        return case.children.filter(data__unit=unit).order_by("-id")[0]

    def finishes(self, case: Case, unit: str, answer: str = "无意见") -> Case:
        """A unit's part is done and confirmed."""
        part = self.part(case, unit)
        if part.matter == "flow.own":
            self.does(part, "finish", self.of(unit), outcome=answer)
            return self.does(part, "confirm", self.checker)
        self.does(part, "answer", self.of(unit), answer=answer)
        return self.does(part, "accept", self.checker)

    def clock(self, case: Case, key: str) -> CaseClock:
        """The newest run of a clock."""
        return case.clocks.filter(key=key).order_by("-run")[0]


@pytest.fixture
def flows(db: None, settings: object) -> Iterator[Confluence]:
    """汇流市, installed."""
    yield from confluence(settings)


@pytest.fixture
def committed_flows(committed: None, settings: object) -> Iterator[Confluence]:
    """汇流市 for a test whose transactions are real ones, so that threads see one another."""
    yield from confluence(settings)


def confluence(settings: object, folder: Path = FLOWS_CITY) -> Iterator[Confluence]:
    """The city on whichever database is open."""
    settings.BIHUAN_CATALOG = folder  # type: ignore[attr-defined]
    forget()
    install_city()
    yield Confluence()
    forget()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database that keeps what is committed, and is emptied afterwards; the ledger refuses that otherwise."""
    with django_db_blocker.unblock():
        yield
        empty_tables()
        connection.close()
