"""Decomposing and the five fixed things: suggested, marked, and refused while one is empty."""

import pytest

from bihuan.kernel.cases.models import Case
from tests.cast import FIVE_FIXED
from tests.plan.conftest import Office

EMPTY = {
    "goal": "定任务", "responsible": "定责任", "measures": "定措施", "milestones": "定时限",
    "standard": "定奖惩",
}  # fmt: skip


def drafted(office: Office) -> Case:
    """A task with nothing but its lead."""
    case = office.confirmed()
    office.cast.does(case, "decompose", office.cast.planner, task_title=case.title, lead="ll-edu")
    return case.children.get(matter="plan.task")


def form(**changes: str) -> dict[str, object]:
    """The page's form, filled."""
    filled: dict[str, object] = {n: v for n, v in FIVE_FIXED.items() if isinstance(v, str)}
    filled |= {"title": "建设幼儿园", "lead": "ll-edu", "shown": "milestones", "do": "issue"}
    filled |= {"milestones.0.quarter": "q4", "milestones.0.text": "建成25所"}
    if changes.get("milestones") == "":
        filled["milestones.0.quarter"] = filled["milestones.0.text"] = ""
        changes = {}
    return filled | changes


@pytest.mark.parametrize("field", EMPTY)
def test_issuing_is_refused_and_says_which_of_the_five_is_missing(
    office: Office, field: str
) -> None:
    task = drafted(office)
    answer = office.planner_client().post(f"/five-fixed/{task.number}/", form(**{field: ""}))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"五定未齐：{EMPTY[field]} 还没有落实" in page
    assert "建设幼儿园" in page
    task.refresh_from_db()
    assert task.state == "drafting"


def test_a_task_with_all_five_is_issued(office: Office) -> None:
    task = drafted(office)
    assert office.planner_client().post(f"/five-fixed/{task.number}/", form()).status_code == 302
    task.refresh_from_db()
    assert task.state == "issued"


def test_the_page_tells_what_is_empty_and_marks_suggestions(office: Office) -> None:
    task = drafted(office)
    page = office.planner_client().get(f"/five-fixed/{task.number}/").content.decode()
    assert page.count('class="missing"') == 4
    assert page.count("建议</span>") >= 3
    assert "主要负责人" in page


def test_decomposing_in_a_batch_leaves_those_without_a_suggestion(office: Office) -> None:
    cases = [office.confirmed(i) for i in range(2)]
    client = office.planner_client()
    answer = client.post(
        f"/decompose/{office.report.number}/", {"number": [c.number for c in cases]}
    )
    assert answer.status_code == 302
    for case in cases:
        case.refresh_from_db()
        assert case.state == ("assigned" if case.data["suggested_lead"] else "confirmed")


def test_one_commitment_becomes_a_task_with_its_targets(office: Office) -> None:
    case = office.confirmed()
    url = f"/decompose/{office.report.number}/{case.number}/"
    answer = office.planner_client().post(url, {"task_title": "建园", "lead": "ll-edu"})
    task = case.children.get(matter="plan.task")
    assert answer["Location"] == f"/five-fixed/{task.number}/"
    assert task.data["targets"] == case.data["targets"]
