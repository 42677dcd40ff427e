"""The decomposition table out to Excel and Word and back in: nothing changes but what somebody wrote."""

import io
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pytest_django import Settings

from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.plan.table import raw_of
from bihuan.plan.table_apply import apply, rehearse
from bihuan.plan.table_in import Table, read_table
from bihuan.plan.table_paper import table_document, table_sheet
from tests.cast import Cast
from tests.plan.conftest import Office

HEADER = 3


class Edited:
    """An exported table under the hands of somebody with Excel."""

    def __init__(self, data: bytes) -> None:
        self.book: Workbook = load_workbook(io.BytesIO(data))
        self.page: Worksheet = self.book.worksheets[0]

    def column(self, heading: str) -> int:
        return next(
            c
            for c in range(1, self.page.max_column + 1)
            if self.page.cell(HEADER, c).value == heading
        )

    def row(self, number: str) -> int:
        key = self.column("件号")
        return next(
            r
            for r in range(HEADER + 1, self.page.max_row + 1)
            if self.page.cell(r, key).value == number
        )

    def put(self, number: str, heading: str, value: object) -> None:
        self.page.cell(self.row(number), self.column(heading)).value = value  # type: ignore[assignment]

    @property
    def data(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def exported(cast: Cast, report: Case) -> Edited:
    return Edited(table_sheet(report, [cast.planner], cast.later(minutes=1)))


def read(cast: Cast, report: Case, edited: Edited) -> Table:
    return read_table(edited.data, report, [cast.planner], cast.later(minutes=1))


def root(task: Case) -> Case:
    assert task.root is not None
    return task.root


def test_a_table_that_nobody_touched_changes_nothing(cast: Cast, office: Office) -> None:
    table = read(cast, office.report, exported(cast, office.report))
    assert table.changes == ()
    assert (table.absent, table.removed, table.strangers) == ((), (), ())


def test_every_commitment_stands_in_the_order_of_the_report(cast: Cast, office: Office) -> None:
    edited = exported(cast, office.report)
    key = edited.column("件号")
    numbers = [
        edited.page.cell(HEADER + i, key).value for i in range(1, len(office.commitments) + 1)
    ]
    assert numbers == [c.number for c in office.commitments]


def test_a_draft_is_corrected_through_the_door(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    edited.put(task.number, "牵头单位", "卫健委")
    edited.put(task.number, "配合单位", "市教育局，市财政局")
    edited.put(task.number, "完成时限", "2023年11月30日")
    edited.put(task.number, "三季度形象进度", "开工２０所")
    edited.put(task.number, "三季度目标值", "２０")
    before = Event.objects.count()
    table = rehearse(read(cast, root(task), edited), cast.planner, now=cast.now)
    assert Event.objects.count() == before
    assert [c.refusal for c in table.changes] == [None]
    assert [d.kind for d in table.changes[0].differences] == ["change"] * 5
    done = apply(table, (), cast.planner, now=cast.now, key="k")
    assert (done.rows, done.cells) == (1, 5)
    task.refresh_from_db()
    assert task.data["lead"] == "ll-health"
    assert task.data["assist"] == ["ll-edu", "ll-finance"]
    assert task.data["deadline"] == "2023-11-30"
    assert [(m["quarter"], m["value"]) for m in task.data["milestones"]] == [
        ("q2", "12"), ("q3", "20"), ("q4", "25"),
    ]  # fmt: skip
    assert Event.objects.count() == before + 1


def test_the_same_import_twice_is_taken_once(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    edited.put(task.number, "任务", "建园25所")
    table = read(cast, root(task), edited)
    apply(table, (), cast.planner, now=cast.now, key="k")
    before = Event.objects.count()
    assert apply(table, (), cast.planner, now=cast.now, key="k").again
    assert Event.objects.count() == before


def test_what_somebody_changed_meanwhile_is_not_overwritten_unless_chosen(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    edited.put(task.number, "任务", "甲")
    cast.does(task, "edit", cast.planner, title="乙")
    table = read(cast, root(task), edited)
    found = table.changes[0].differences[0]
    assert (found.kind, found.exported, found.current, found.yours) == (
        "conflict", "建设普惠性幼儿园25所", "乙", "甲",
    )  # fmt: skip
    apply(table, (), cast.planner, now=cast.now, key="a")
    task.refresh_from_db()
    assert task.title == "乙"
    apply(table, {f"{table.changes[0].row}:title"}, cast.planner, now=cast.now, key="b")
    task.refresh_from_db()
    assert task.title == "甲"


def test_an_issued_task_is_not_changed_and_the_way_is_named(cast: Cast) -> None:
    task = cast.in_progress()
    edited = exported(cast, root(task))
    edited.put(task.number, "牵头单位", "市卫生健康委员会")
    edited.put(task.number, "完成时限", date(2024, 3, 1))
    edited.put(task.number, "当前进展", "快好了")
    found = read(cast, root(task), edited).changes[0].differences
    said = {d.label: str(d.refusal) for d in found}
    assert "调整牵头单位" in said["牵头单位"]
    assert "申请延期" in said["完成时限"]
    assert "周报" in said["当前进展"]


def test_a_suggestion_that_is_written_out_becomes_a_task(cast: Cast, office: Office) -> None:
    commitment = office.confirmed()
    edited = exported(cast, office.report)
    shown = edited.page.cell(edited.row(commitment.number), edited.column("牵头单位")).value
    assert str(shown).startswith("（建议）")
    edited.put(commitment.number, "牵头单位", "市教育局")
    edited.put(commitment.number, "工作措施", "倒排工期")
    table = rehearse(read(cast, office.report, edited), cast.planner, now=cast.now)
    assert table.changes[0].refusal is None
    apply(table, (), cast.planner, now=cast.now, key="k")
    task = commitment.children.get(matter="plan.task")
    assert (task.data["lead"], task.data["measures"]) == ("ll-edu", "倒排工期")


def test_a_commitment_that_is_not_confirmed_is_not_decomposed(cast: Cast, office: Office) -> None:
    commitment = office.commitments[0]
    edited = exported(cast, office.report)
    edited.put(commitment.number, "牵头单位", "市教育局")
    table = rehearse(read(cast, office.report, edited), cast.planner, now=cast.now)
    assert "校核" in str(table.changes[0].refusal)


def test_a_row_without_number_needs_a_commitment(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    last = edited.page.max_row + 1
    edited.page.cell(last, edited.column("任务")).value = "配建操场"
    edited.page.cell(last, edited.column("牵头单位")).value = "市体育局"
    assert f"第 {last} 行" in str(read(cast, root(task), edited).changes[0].refusal)
    edited.page.cell(last, edited.column("任务原文")).value = "建设普惠性幼儿园25所"
    table = rehearse(read(cast, root(task), edited), cast.planner, now=cast.now)
    assert table.changes[0].refusal is None
    apply(table, (), cast.planner, now=cast.now, key="k")
    assert task.parent is not None
    titles = task.parent.children.filter(matter="plan.task").values_list("title", flat=True)
    assert sorted(titles) == sorted(["建设普惠性幼儿园25所", "配建操场"])


def test_deleted_rows_and_columns_delete_nothing(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    edited.page.cell(HEADER, edited.column("工作措施")).value = "措施"  # renamed: known by its name
    edited.page.delete_rows(edited.row(task.number))
    table = read(cast, root(task), edited)
    assert table.absent == (task.number,)
    assert table.changes == ()


@pytest.mark.parametrize(
    ("heading", "value", "said"),
    [
        ("牵头单位", "市教育厅", "市教育局"),
        ("完成时限", "明年", "不是日期"),
        ("二季度目标值", "若干", "不是数字"),
        ("任务", None, "不能为空"),
        ("量化目标", "很多幼儿园", "看不懂量化目标"),
        ("牵头单位", "=A1", "公式"),
    ],
)
def test_what_cannot_be_read_is_refused_in_its_cell(
    cast: Cast, heading: str, value: object, said: str
) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    edited.put(task.number, heading, value)
    found = read(cast, root(task), edited).changes[0].differences[0]
    assert found.kind == "refused"
    assert said in str(found.refusal)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (45260, "2023-11-30"), ("2023.11.30", "2023-11-30"), ("２０２３－１１－３０", "2023-11-30"),
        ("11月底", "2023-11-30"), ("20231130", "2023-11-30"), (date(2023, 11, 30), "2023-11-30"),
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(cast: Cast, value: object, day: str) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    edited.put(task.number, "完成时限", value)
    assert read(cast, root(task), edited).changes[0].differences[0].raw == day


def test_a_baseline_is_filled_in_beside_its_target(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    edited.put(task.number, "量化目标", "建设普惠性幼儿园 达到 26 所（年初基数 3）")
    table = read(cast, root(task), edited)
    apply(table, (), cast.planner, now=cast.now, key="k")
    task.refresh_from_db()
    target = task.data["targets"][0]
    assert (target["value"], target["baseline"], target["basis"]) == ("26", "3", "level")


def test_a_table_of_another_report_is_refused(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    with pytest.raises(Refusal, match="另一份报告"):
        read(cast, cast.report(), edited)


def test_a_table_without_its_numbers_is_refused(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    column = edited.column("件号")
    edited.book.defined_names["_bh_number"].attr_text = "任务分解表!#REF!"
    edited.page.cell(HEADER, column).value = None
    with pytest.raises(Refusal, match="件号"):
        read(cast, root(task), edited)


def test_a_number_that_stands_twice_is_taken_once(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    last = edited.page.max_row + 1
    edited.page.cell(last, edited.column("件号")).value = task.number
    edited.page.cell(last, edited.column("任务")).value = "甲"
    (change,) = read(cast, root(task), edited).changes
    assert "同一件" in str(change.refusal)


def test_hidden_rows_of_a_filter_are_read_too(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    edited.page.row_dimensions[edited.row(task.number)].hidden = True
    edited.put(task.number, "任务", "甲")
    assert len(read(cast, root(task), edited).changes) == 1


def test_one_refused_row_at_the_door_takes_back_all(cast: Cast) -> None:
    task = cast.draft()
    other = cast.commitment(root(task), text="另一条", title="另一条", start=20, end=23)
    edited = exported(cast, root(task))
    edited.put(task.number, "任务", "甲")
    edited.put(other.number, "牵头单位", "市教育局")  # not confirmed: the door says no
    before = Event.objects.count()
    with pytest.raises(Refusal, match="全部改动都没有生效"):
        apply(read(cast, root(task), edited), (), cast.planner, now=cast.now, key="k")
    assert Event.objects.count() == before


def test_a_city_without_a_template_is_told_so(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    task = cast.draft()
    settings.BIHUAN_CATALOG = tmp_path
    with pytest.raises(Refusal, match="没有模板"):
        table_sheet(root(task), [cast.planner], cast.now)


def test_a_forged_record_is_refused(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    edited.book["_bihuan"].cell(4, 2).value = "1"
    with pytest.raises(Refusal, match="登记页被改动过"):
        read(cast, root(task), edited)


def test_somebody_else_may_not_and_is_told_so(cast: Cast) -> None:
    task = cast.draft()
    edited = exported(cast, root(task))
    edited.put(task.number, "任务", "甲")
    seen = read_table(edited.data, root(task), [cast.inspector], cast.now)
    table = rehearse(seen, cast.inspector, now=cast.now)
    assert "不能办理" in str(table.changes[0].refusal)


def test_the_word_file_holds_every_row(cast: Cast, office: Office) -> None:
    data = table_document(office.report, [cast.planner], cast.later(minutes=1))
    table = Document(io.BytesIO(data)).tables[0]
    assert len(table.rows) == 1 + len(office.commitments)
    assert "25所" in table.cell(1, 2).text


def test_equal_rows_give_equal_bytes(cast: Cast, office: Office) -> None:
    at = cast.later(minutes=1)
    for make in (table_sheet, table_document):
        assert make(office.report, [cast.planner], at) == make(office.report, [cast.planner], at)


UNITS = {
    "市教育局": "ll-edu",
    "卫健委": "ll-health",
    "市财政局": "ll-finance",
    "市发改委": "ll-drc",
}
WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=60
).filter(lambda text: text[0] not in "=#")
EDITS = st.fixed_dictionaries(
    {},
    optional={
        "任务": WORDS.filter(lambda text: text.strip()),
        "工作措施": WORDS,
        "二季度形象进度": WORDS,
        "二季度目标值": st.integers(-(10**9), 10**9),
        "牵头单位": st.sampled_from(sorted(UNITS)),
        "配合单位": st.lists(st.sampled_from(sorted(UNITS)), unique=True).map("、".join),
        "完成时限": st.dates(date(2023, 1, 1), date(2024, 12, 31)),
    },
)


def test_exactly_what_was_edited_differs(cast: Cast) -> None:
    task = cast.draft()
    data, report = table_sheet(root(task), [cast.planner], cast.now), root(task)
    before = raw_of(task)

    @settings(max_examples=25)
    @given(EDITS)
    def check(edits: dict[str, object]) -> None:
        edited = Edited(data)
        for heading, value in edits.items():
            edited.put(task.number, heading, value)
        changes = read_table(edited.data, report, [cast.planner], cast.now).changes
        found = {d.label: d.raw for c in changes for d in c.differences}
        wanted = {h: _meant(h, v) for h, v in edits.items() if _meant(h, v) != before[COLUMN[h]]}
        assert found == wanted

    check()


COLUMN = {
    "任务": "title", "工作措施": "measures", "二季度形象进度": "q2", "二季度目标值": "q2_value",
    "牵头单位": "lead", "配合单位": "assist", "完成时限": "deadline",
}  # fmt: skip


def _meant(heading: str, value: object) -> object:
    if heading == "牵头单位":
        return UNITS[str(value)]
    if heading == "配合单位":
        return [UNITS[name] for name in str(value).split("、") if name]
    if isinstance(value, str):
        return value.strip() or None
    return str(value)
