"""`bihuan plan table` and `table-in` by their functions, on the test's database: files, differences, exit codes."""

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bihuan.config import tables
from bihuan.config.tables import table_in, table_out
from bihuan.config.tools import catalog
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import Refusal
from bihuan.kernel.orgs.models import Person
from tests.cast import Cast
from tests.plan.test_take_the_table_out_and_in import Edited


@pytest.fixture
def task(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A draft, and the commands on the database of the test and in the story's time."""

    @contextmanager
    def here() -> Iterator[None]:
        yield

    monkeypatch.setattr(tables, "database", here)
    monkeypatch.setattr(tables, "present", lambda: cast.later(minutes=1))
    return cast.draft()


def edited(task: Case, folder: Path) -> Path:
    assert task.root is not None
    path = folder / "表.xlsx"
    assert table_out([task.root.number, "-o", str(path)]) == 0
    table = Edited(path.read_bytes())
    table.put(task.number, "任务", "甲")
    path.write_bytes(table.data)
    return path


def test_differences_are_printed_and_nothing_is_changed(
    task: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert table_in([str(edited(task, tmp_path))]) == 0
    out = capsys.readouterr().out
    assert "任务: 建设普惠性幼儿园25所 → 甲" in out
    assert "1 行有差异，1 行可以生效" in out
    task.refresh_from_db()
    assert task.title == "建设普惠性幼儿园25所"


def test_applying_needs_a_name_and_the_ledger_keeps_it(
    cast: Cast, task: Case, tmp_path: Path
) -> None:
    path = edited(task, tmp_path)
    with pytest.raises(SystemExit):
        table_in([str(path), "--apply"])
    username = Person.objects.get(pk=cast.planner.person).username
    assert table_in([str(path), "--apply", "--as", username]) == 0
    task.refresh_from_db()
    assert task.title == "甲"


def test_an_unknown_report_or_person_is_told(task: Case, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="没有编号"):
        table_out(["BG1999-00001", "-o", str(tmp_path / "a.docx")])
    with pytest.raises(Refusal, match="没有账号"):
        table_in([str(edited(task, tmp_path)), "--as", "nobody"])


def test_the_catalog_check_names_a_marker_that_nothing_fills(
    tmp_path: Path, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    city = tmp_path / "city"
    shutil.copytree(Path(settings.BIHUAN_CATALOG), city)  # type: ignore[attr-defined]
    assert catalog(["check", str(city)]) == 0
    path = city / "papers" / "decomposition.xlsx"
    book = load_workbook(io.BytesIO(path.read_bytes()))
    book.worksheets[0]["D4"] = "{{ titel }}"
    book.save(path)
    assert catalog(["check", str(city)]) == 1
    out = capsys.readouterr().out
    assert "decomposition.xlsx" in out
    assert "D4" in out
    assert "titel" in out
