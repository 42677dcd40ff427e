"""The plan's own cast: a small report imported from its text, and browsers without a browser for its people."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.cases.models import Case
from bihuan.kernel.orgs.models import Person
from bihuan.plan.importing import import_report
from bihuan.plan.reading import commitments_of
from tests.cast import Cast

REPORT = """# 2023年政府工作报告

## 2022年工作回顾

过去一年,建成幼儿园10所,市场主体总量达到36.5万户。

## 2023年重点工作

### 办好民生实事

- 新建普惠性幼儿园25所,改扩建农村寄宿制学校64所。
- 完成老旧小区改造100个;实现农业保险全覆盖。

### 加快转型

- 培育规上工业企业50户以上,力争新增高新技术企业30户。
- 坚持稳中求进工作总基调,推动高质量发展。
"""


@dataclass
class Office:
    """The cast with an imported report, and clients that are signed in."""

    cast: Cast
    report: Case
    at: Callable[[], None]

    @property
    def commitments(self) -> list[Case]:
        """The report's commitments as they stand, in the order of the text."""
        return list(commitments_of(self.report))

    def signed_in(self, post: str) -> Client:
        """A client for whoever holds the post, on the story's date."""
        person = Person.objects.get(pk=self.cast.who(post).person)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self.at()
        return client

    def planner_client(self) -> Client:
        """The plan office's desk."""
        return self.signed_in("ll-planner")

    def confirmed(self, index: int = 0) -> Case:
        """A commitment that was confirmed."""
        case = [c for c in self.commitments if c.data["kind"] == "target"][index]
        return self.cast.does(case, "confirm", self.cast.planner)


@pytest.fixture
def office(cast: Cast, settings: object) -> Office:
    """A report in review; pages run on the story's date."""

    def at() -> None:
        gone = cast.later(minutes=1) - timezone.now()
        settings.BIHUAN_CLOCK_SHIFT = gone.total_seconds()  # type: ignore[attr-defined]

    report = import_report(REPORT.encode(), "2023.md", cast.planner, now=cast.now, year=2023)
    return Office(cast, report, at)
