"""Lists that people live in: filtered, kept under names and counted, handled in bulk, and taken out as they are shown."""

import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.ledger.models import Event
from bihuan.web.models import SavedList
from tests.cast import Cast
from tests.web.conftest import Visit

DEMAND = {
    "title": "路灯不亮", "kind": "help", "content": "滨河北路路灯坏了三天", "channel": "phone", "pace": "general",
    "urgency": "normal", "identity": "open", "place": "141102",
}  # fmt: skip
DISPATCH, SIGN = "hotline.demand:dispatch", "hotline.demand:sign_for"


def demand(cast: Cast, **changes: str) -> Case:
    """A demand that an operator registered."""
    operator = cast.who("ll-hotline-operator-1")
    return open_case("hotline.demand", DEMAND | changes, operator, now=cast.later(minutes=1))


def numbers(client: Client, **query: str) -> list[str]:
    """The cases on the first page of a list."""
    return [
        case.number for case in client.get(f"/cases/?{urlencode(query)}").context["keyset"].rows
    ]


def chips(client: Client) -> dict[str, str]:
    """The person's lists with their counts."""
    return {chip.name: chip.said for chip in client.get("/lists/counts/").context["chips"]}


def confirmed(client: Client, cases: list[Case], action: str) -> dict[str, object]:
    """What the page of confirmation would send."""
    page = client.get(f"/cases/bulk/?{urlencode([('n', c.number) for c in cases])}&action={action}")
    picked = [value for value, _ in page.context["picked"]]
    return {"action": action, "case": picked, "key": page.context["form"].key}


def sheet_at(client: Client, url: str) -> Worksheet:
    """The workbook behind an address."""
    sheet = load_workbook(io.BytesIO(client.get(url).content)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_a_list_is_filtered_by_the_fields_that_its_matter_names(cast: Cast, visit: Visit) -> None:
    one = demand(cast, kind="complaint", place="141181")
    two = demand(cast, urgency="urgent")
    page = visit(cast.who("ll-hotline-dispatcher"))
    asked = {"matter": "hotline.demand"}
    assert numbers(page, **asked, **{"f.kind": "complaint"}) == [one.number]
    assert numbers(page, **asked, **{"f.urgency": "urgent"}) == [two.number]
    assert numbers(page, **asked, **{"f.place": "141181"}) == [one.number]
    assert set(numbers(page, **asked, **{"f.place": "141100"})) == {one.number, two.number}
    assert numbers(page, **asked, sort="newest") == [two.number, one.number]
    assert set(numbers(page, **{"f.kind": "complaint"})) == {one.number, two.number}


def test_a_filter_follows_the_field_when_it_changes(cast: Cast, visit: Visit) -> None:
    case = demand(cast)
    cast.does(case, "make_urgent", cast.who("ll-hotline-dispatcher"), urgency="urgent")
    page = visit(cast.who("ll-hotline-dispatcher"))
    assert numbers(page, matter="hotline.demand", **{"f.urgency": "urgent"}) == [case.number]
    assert numbers(page, matter="hotline.demand", **{"f.urgency": "normal"}) == []
    assert list(verify_all(now=cast.now)) == []


def test_a_list_knows_what_waits_for_me_what_my_unit_has_and_what_i_watch(
    cast: Cast, visit: Visit
) -> None:
    mine, other = demand(cast), demand(cast)
    cast.does(mine, "dispatch", cast.who("ll-hotline-dispatcher"), lead="ll-edu")
    cast.does(other, "dispatch", cast.who("ll-hotline-dispatcher"), lead="ll-health")
    page = visit(cast.handler)
    assert numbers(page, scope="mine") == numbers(page, scope="unit") == [mine.number]
    assert numbers(page, scope="watch") == []
    page.post(f"/cases/{mine.number}/watch/", {"on": "1"})
    assert numbers(page, scope="watch") == [mine.number]
    assert page.post(f"/cases/{other.number}/watch/", {"on": "1"}).status_code == 404
    page.post(f"/cases/{mine.number}/watch/", {"on": "0"})
    assert numbers(page, scope="watch") == []


@pytest.mark.parametrize("days", [0, 3, 20])
def test_a_list_by_clock_is_the_group_of_my_work(cast: Cast, visit: Visit, days: int) -> None:
    for index in range(5):
        case = demand(cast)
        cast.now += timedelta(hours=7)
        if index % 2:
            cast.does(case, "dispatch", cast.who("ll-hotline-dispatcher"), lead="ll-edu")
    cast.later(days=days)
    page = visit(cast.who("ll-hotline-dispatcher"))
    tallies = page.get("/").context["tallies"]
    for tally in tallies:
        assert len(numbers(page, scope="mine", when=tally.key)) == tally.count


def test_a_saved_list_is_counted_for_whoever_looks(cast: Cast, visit: Visit) -> None:
    case = demand(cast, kind="complaint")
    cast.does(case, "dispatch", cast.who("ll-hotline-dispatcher"), lead="ll-edu")
    demand(cast, kind="complaint")
    page = visit(cast.who("ll-hotline-dispatcher"))
    query = "matter=hotline.demand&open=1&f.kind=complaint&nonsense=1&after=xx"
    page.post("/lists/save/", {"name": "在办投诉", "query": query, "unit": "ll-hotline"})
    assert SavedList.objects.get().query == "matter=hotline.demand&open=1&f.kind=complaint"
    assert chips(page)["在办投诉"] == "2"
    colleague = visit(cast.who("ll-hotline-operator-1"))
    assert chips(colleague)["在办投诉"] == "2"
    assert "在办投诉" not in chips(visit(cast.handler))
    cast.does(
        Case.objects.latest("pk"), "answer_now", cast.who("ll-hotline-operator-1"), answer="已修"
    )
    assert chips(visit(cast.who("ll-hotline-dispatcher")))["在办投诉"] == "1"


def test_a_list_is_shared_with_ones_own_unit_and_dropped_by_its_owner_alone(
    cast: Cast, visit: Visit
) -> None:
    page = visit(cast.who("ll-hotline-dispatcher"))
    asked = {"name": "全部", "query": "open=1"}
    assert page.post("/lists/save/", asked | {"unit": "ll-edu"}).status_code == 409
    page.post("/lists/save/", asked | {"unit": "ll-hotline"})
    page.post("/lists/save/", asked | {"query": "overdue=1", "unit": "ll-hotline"})
    kept = SavedList.objects.get()
    assert kept.query == "overdue=1"
    visit(cast.who("ll-hotline-operator-1")).post(f"/lists/{kept.pk}/drop/")
    assert SavedList.objects.count() == 1
    page.post(f"/lists/{kept.pk}/drop/")
    assert SavedList.objects.count() == 0


def test_counts_ask_once_for_each_list(cast: Cast, visit: Visit) -> None:
    demand(cast)
    page = visit(cast.who("ll-hotline-dispatcher"))

    def asked() -> int:
        page.get("/lists/counts/")
        with CaptureQueriesContext(connection) as queries:
            page.get("/lists/counts/")
        return len(queries)

    few = asked()
    for state in ("registered", "dispatched", "handling", "callback"):
        query = f"matter=hotline.demand&state={state}&open=1"
        page.post("/lists/save/", {"name": state, "query": query})
    for _ in range(12):
        demand(cast)
    assert asked() <= few + 4 * 2  # the count, and the versions of the matter


def test_many_are_dispatched_at_once_each_with_its_own_event(cast: Cast, visit: Visit) -> None:
    cases = [demand(cast) for _ in range(4)]
    gone = cast.does(cases[3], "dispatch", cast.who("ll-hotline-dispatcher"), lead="ll-health")
    page = visit(cast.who("ll-hotline-dispatcher"))
    asked = "&".join(f"n={case.number}" for case in cases)
    context = page.get(f"/cases/bulk/?{asked}&action={DISPATCH}").context
    assert [line.case.number for _, line in context["picked"]] == [c.number for c in cases[:3]]
    [(left, why)] = context["out"]
    assert left.number == gone.number
    assert "待签收" in why["message"]
    sent = confirmed(page, cases, DISPATCH)
    assert page.post("/cases/bulk/", sent).status_code == 422
    assert Event.objects.filter(action="dispatch").count() == 1
    done = page.post("/cases/bulk/", sent | {"lead": "ll-edu"})
    assert len(done.context["moved"]) == 3
    assert Event.objects.filter(action="dispatch").count() == 4
    assert {c.data["lead"] for c in Case.objects.filter(pk__in=[c.pk for c in cases[:3]])} == {
        "ll-edu"
    }
    again = page.post("/cases/bulk/", sent | {"lead": "ll-edu"})
    assert len(again.context["moved"]) == 3
    assert Event.objects.filter(action="dispatch").count() == 4
    assert list(verify_all(now=cast.now)) == []


def test_what_the_rules_refuse_for_one_stops_no_other_and_is_said(cast: Cast, visit: Visit) -> None:
    cases = [demand(cast), demand(cast)]
    page = visit(cast.who("ll-hotline-dispatcher"))
    sent = confirmed(page, cases, DISPATCH)
    cast.does(
        cases[0], "decline", cast.who("ll-hotline-operator-1"), ground="unclear", route="请补充"
    )
    done = page.post("/cases/bulk/", sent | {"lead": "ll-edu"})
    assert [line.case.number for line in done.context["moved"]] == [cases[1].number]
    [(left, why)] = done.context["refused"]
    assert left.number == cases[0].number
    assert "不予受理" in why["message"]
    assert Case.objects.get(pk=cases[0].pk).state == "declined"


def test_what_moved_after_the_confirmation_is_left_for_a_second_look(
    cast: Cast, visit: Visit
) -> None:
    case = demand(cast)
    page = visit(cast.who("ll-hotline-dispatcher"))
    sent = confirmed(page, [case], DISPATCH)
    cast.does(case, "make_urgent", cast.who("ll-hotline-operator-1"), urgency="urgent")
    [(_, why)] = page.post("/cases/bulk/", sent | {"lead": "ll-edu"}).context["refused"]
    assert "新进展" in why["message"]
    assert Case.objects.get(pk=case.pk).state == "registered"


def test_what_a_bulk_form_leaves_empty_stays_as_it_is(cast: Cast, visit: Visit) -> None:
    case = demand(cast, category="道路照明")
    page = visit(cast.who("ll-hotline-dispatcher"))
    sent = confirmed(page, [case], DISPATCH) | {"lead": "ll-edu", "category": "", "shown": "assist"}
    page.post("/cases/bulk/", sent)
    case.refresh_from_db()
    assert (case.state, case.data["category"]) == ("dispatched", "道路照明")


def test_only_what_the_matter_calls_safe_is_taken_in_bulk(cast: Cast, visit: Visit) -> None:
    case = demand(cast)
    page = visit(cast.who("ll-hotline-operator-1"))
    context = page.get(f"/cases/bulk/?n={case.number}").context
    assert [choice.value for choice in context["choices"]] == [DISPATCH]
    sent = {"action": "hotline.demand:decline", "case": f"{case.number}:{case.seq}"}
    done = page.post("/cases/bulk/", sent | {"ground": "unclear", "route": "请补充"})
    assert done.context["moved"] == []
    assert Case.objects.get(pk=case.pk).state == "registered"


def test_nobody_handles_in_bulk_what_they_do_not_see(cast: Cast, visit: Visit) -> None:
    case = demand(cast)
    cast.does(case, "dispatch", cast.who("ll-hotline-dispatcher"), lead="ll-edu")
    case.refresh_from_db()
    rival = visit(cast.rival)
    assert rival.get(f"/cases/bulk/?n={case.number}").context["cases"] == []
    sent = {"action": SIGN, "case": f"{case.number}:{case.seq}"}
    assert rival.post("/cases/bulk/", sent).status_code == 404
    assert Case.objects.get(pk=case.pk).state == "dispatched"


def test_the_whole_list_is_selected_up_to_a_limit(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        demand(cast)
    monkeypatch.setattr("bihuan.web.pages.bulk.MOST_TOGETHER", 3)
    page = visit(cast.who("ll-hotline-dispatcher"))
    context = page.get("/cases/bulk/?all=1&matter=hotline.demand&state=registered").context
    assert len(context["cases"]) == 3
    assert context["is_cut"]


def test_the_workbook_has_the_columns_of_the_list_and_no_personal_value(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand(cast, address="=SUM(1)", caller_phone="13800138000", kind="complaint")
    demand(cast, kind="praise")
    page = visit(cast.who("ll-hotline-dispatcher"))
    url = "/cases/list.xlsx?matter=hotline.demand&sort=newest&columns=kind.address.caller_phone"
    rows = [[cell.value for cell in row] for row in sheet_at(page, url)]
    assert rows[0] == ["编号", "事项", "标题", "诉求类型", "事发地点", "办结时间"]
    assert [row[3] for row in rows[1:]] == ["表扬", "投诉"]
    assert sheet_at(page, url)["E3"].data_type == "s"
    assert "1380" not in str(rows)
    monkeypatch.setattr("bihuan.web.pages.cases.MOST_ROWS", 1)
    cut = [[cell.value for cell in row] for row in sheet_at(page, url)]
    assert "只导出" in str(cut[2][0])


def test_columns_are_the_matters_then_the_persons_then_the_addresss(
    cast: Cast, visit: Visit
) -> None:
    page = visit(cast.who("ll-hotline-dispatcher"))
    url = "/cases/?matter=hotline.demand"
    assert page.get(url).context["columns"] == ("state", "owner", "due", "kind", "place")
    page.post(
        "/settings/columns/",
        {"matter": "hotline.demand", "columns": ["due", "urgency", "caller_phone"]},
    )
    assert page.get(url).context["columns"] == ("due", "urgency")
    assert page.get("/cases/").context["columns"] == ("state", "owner", "due")
    assert page.get(f"{url}&columns=moved").context["columns"] == ("moved",)
