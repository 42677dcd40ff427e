"""Why a cell or a row of an edited table is not taken (不收的理由), and what can be done instead. Writes nothing."""

from collections.abc import Mapping

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.matters.definition import Matter
from bihuan.plan.table import TableRow

FROM_REPORTS = ("progress", "problems", "next_steps", "evidence")


def twice(number: str, before: int) -> Refusal:
    """Two rows with the same number."""
    return Refusal(
        "row_twice",
        N_("与第 %(row)s 行是同一件（%(number)s）。"),
        remedy=N_(
            "新增任务请插入空行，或取消隐藏“件号”列并清空此行的件号，再填承诺编号或任务原文。"
        ),
        params={"row": before, "number": number},
    )


def gone(number: str, commitments: Mapping[str, Case]) -> Refusal:
    """A number that stands in the report's table no more, or never did."""
    if number in commitments:
        return Refusal(
            "decomposed_since",
            N_("承诺 %(number)s 导出后已分解或不再列入。"),
            remedy=N_("请重新导出分解表，在新文件上修改。"),
            params={"number": number},
        )
    return Refusal(
        "stranger_row",
        N_("%(number)s 不是本报告中您能办理的事项。"),
        remedy=N_("请核对件号；新增任务请清空件号，填写承诺编号或任务原文。"),
        params={"number": number},
    )


def drawn(column: str) -> Refusal:
    """Why a column that the ledger fills is not taken from a table."""
    if column in FROM_REPORTS:
        remedy = N_("请由牵头单位在周报中填报。")
    elif column in ("text", "section", "kind"):
        remedy = N_("报告原文不变；类型在校核时修改。")
    elif column == "phone":
        remedy = N_("系统不保存责任人的电话。")
    else:
        remedy = N_("此列由系统得出。")
    return Refusal("drawn", N_("此列不从表中导入。"), remedy=remedy)


def closed(current: TableRow, column: str) -> Refusal | None:
    """Why a column of this case cannot be corrected now, with the action that can; None where it can."""
    matter, _ = matter_at(current.case.matter, current.case.version)
    state = current.case.state
    if not current.is_task or state in matter.actions["edit"].sources:
        return None
    ways = _ways(matter, state, "deadline" if column == "deadline" else _field(column))
    return Refusal(
        "issued",
        N_("任务已下达（%(state)s），不能在表中修改。"),
        remedy=N_("请在任务页办理：%(ways)s。")
        if ways
        else N_("如确需修改，请先退回或撤销后重拟。"),
        params={"state": matter.states[state].label, "ways": "、".join(ways)},
    )


def _ways(matter: Matter, state: str, name: str) -> list[str]:
    names = {name, f"requested_{name}"}
    return [a.label for a in matter.actions.values() if state in a.sources and names & set(a.edits)]


def _field(column: str) -> str:
    return "milestones" if column[:1] == "q" and column[1:2].isdigit() else column
