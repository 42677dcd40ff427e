"""The review: every decision is an event, words and targets survive splits and merges, nothing typed is lost."""

from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from bihuan.plan.queue import pieces, queue_of
from bihuan.plan.review import merge, split
from bihuan.plan.rules import targets_of
from tests.plan.conftest import Office


def test_confirming_is_one_event_with_the_exact_span(office: Office) -> None:
    case = next(c for c in office.commitments if "幼儿园" in c.title)
    client = office.planner_client()
    answer = client.post(
        f"/review/{office.report.number}/{case.number}/",
        {"do": "confirm", "title": case.title, "kind": "target", "strength": "must"},
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.state == "confirmed"
    event = Event.objects.filter(stream=case.number).latest("seq")
    assert (event.action, event.content["edits"]) == ("confirm", {})
    text = office.report.report_text.text
    assert text[case.data["start"] : case.data["end"]] == case.data["text"]


def test_an_edit_writes_only_what_was_changed(office: Office) -> None:
    case = office.commitments[0]
    office.planner_client().post(
        f"/review/{office.report.number}/{case.number}/",
        {"do": "confirm", "title": "新建幼儿园", "kind": case.data["kind"]},
    )
    event = Event.objects.filter(stream=case.number).latest("seq")
    assert event.content["edits"] == {"title": "新建幼儿园"}


def test_a_refusal_keeps_what_was_typed(office: Office) -> None:
    case = office.commitments[0]
    answer = office.planner_client().post(
        f"/review/{office.report.number}/{case.number}/",
        {"do": "confirm", "title": "改过的题目", "kind": "", "shown": "targets",
         "targets.0.measure": "幼儿园", "targets.0.value": "很多", "targets.0.bound": "eq"},
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "改过的题目" in page
    assert "很多" in page
    case.refresh_from_db()
    assert case.state == "to_review"


def test_a_split_keeps_every_word_and_every_target(office: Office) -> None:
    text = "新建普惠性幼儿园25所,改扩建农村寄宿制学校64所"
    case = office.cast.commitment(office.report, text=text, start=100, end=100 + len(text), targets=[
        {"measure": "幼儿园", "value": "25", "bound": "eq", "start": 103, "end": 110},
        {"measure": "学校", "value": "64", "bound": "eq", "start": 115, "end": 123},
    ])  # fmt: skip
    cut = pieces(text)[1][0]
    split(case, [cut], office.cast.planner, now=office.cast.later(minutes=1))
    parts = list(Case.objects.filter(parent=case).order_by("data__start"))
    assert "".join(p.data["text"] for p in parts) == text.replace(",", "")
    assert [[t["measure"] for t in targets_of(p.data)] for p in parts] == [["幼儿园"], ["学校"]]
    assert [p.data["start"] for p in parts] == [100, 100 + cut]


def test_pieces_give_the_clause_back() -> None:
    text = "一、二,三;四:五"
    assert "".join(words for _, words in pieces(text)) == text


def test_a_merge_keeps_both_sources_and_all_targets(office: Office) -> None:
    first, second = [c for c in office.commitments if targets_of(c.data)][:2]
    wanted = len(targets_of(first.data)) + len(targets_of(second.data))
    into = merge(first, second, office.cast.planner, now=office.cast.later(minutes=1))
    assert [row["text"] for row in into.data["merged_spans"]] == [first.data["text"]]
    assert len(targets_of(into.data)) == wanted
    first.refresh_from_db()
    assert (first.state, first.data["merged_into"]) == ("merged", second.number)


def test_batches_do_exactly_what_their_button_counts(office: Office) -> None:
    client = office.planner_client()
    queue = queue_of(office.report)
    assert queue.here is not None
    wanted = len(queue.same_section())
    client.post(
        f"/review/{office.report.number}/batch/",
        {"number": queue.here.number, "do": "confirm_section"},
    )
    assert queue_of(office.report).done == wanted
    principles = queue_of(office.report).of_kind("principle")
    client.post(
        f"/review/{office.report.number}/batch/",
        {"number": queue.here.number, "do": "drop", "reason": "原则性表述"},
    )
    states = {c.state for c in office.commitments if c.pk in {p.pk for p in principles}}
    assert states <= {"dropped"}


def test_the_queue_walks_the_text_and_comes_to_an_end(office: Office) -> None:
    client = office.planner_client()
    for _ in range(len(office.commitments)):
        here = client.get(f"/review/{office.report.number}/")["Location"]
        case = Case.objects.get(number=here.split("/")[-2])
        client.post(here, {"do": "confirm", "title": case.title, "kind": case.data["kind"]})
    assert "已全部校核" in client.get(f"/review/{office.report.number}/").content.decode()


def test_a_department_may_not_review(office: Office) -> None:
    assert (
        office.signed_in("ll-edu-liaison").get(f"/review/{office.report.number}/").status_code
        == 403
    )
