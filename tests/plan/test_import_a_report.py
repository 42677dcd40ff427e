"""Importing: everything or nothing, and the bytes that were compiled."""

import pytest

from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.plan import importing
from bihuan.plan.importing import compile_for_city, import_report, open_compiled
from bihuan.plan.models import ReportText
from tests.cast import Cast
from tests.plan.conftest import REPORT, Office


def test_a_failure_half_way_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    planner, before = cast.planner, Event.objects.count()
    whole, calls = importing.commitment_fields, []

    def fails(*given: object) -> dict[str, object]:
        calls.append(given)
        if len(calls) > 2:
            raise Refusal("half", "中途失败")
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "commitment_fields", fails)
    with pytest.raises(Refusal):
        import_report(REPORT.encode(), "2023.md", planner, now=cast.now, year=2023)
    assert (Event.objects.count(), Case.objects.count()) == (before, 0)
    assert not ReportText.objects.exists()


def test_only_the_planner_imports(office: Office) -> None:
    assert office.signed_in("ll-edu-liaison").get("/plan/import/").status_code == 403


def test_other_bytes_than_those_compiled_are_refused(cast: Cast) -> None:
    compilation = compile_for_city(REPORT.encode(), "2023.md", year=2023)
    with pytest.raises(Refusal, match="不符"):
        open_compiled(compilation, b"other", "2023.md", cast.planner, now=cast.now, year=2023)
    assert Case.objects.count() == 0
