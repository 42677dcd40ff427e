"""A promise from commitment to sign-off, and what the loop refuses on the way."""

import pytest

from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case, Notice
from bihuan.kernel.cases.queries import offers, waiting_for
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import FormRefusal, NotAllowed, NotNow, Refusal, Stale
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from tests.cast import FIVE_FIXED, Cast, document

FIVE = {"goal": "定任务", "leader": "定责任", "responsible": "定责任", "measures": "定措施",
        "milestones": "定时限", "standard": "定奖惩"}  # fmt: skip


def test_a_promise_is_fulfilled_when_its_task_is_signed_off(cast: Cast) -> None:
    task = cast.signed_off()
    assert (task.state, task.end) == ("signed_off", "success")
    commitment = Case.objects.get(pk=task.parent_id)
    assert commitment.state == "fulfilled"
    assert list(verify_all(cast.now)) == []
    actions = Event.objects.filter(stream=task.number).order_by("seq")
    assert [event.action for event in actions] == [
        "open", "edit", "issue", "sign_for", "claim", "verify", "sign_off",
    ]  # fmt: skip


def test_a_fulfilled_promise_reopens_with_its_task(cast: Cast) -> None:
    task = cast.signed_off()
    cast.does(task, "reopen", cast.inspector, reason="回头看发现两所未开园")
    task.refresh_from_db()
    assert task.state == "in_progress"
    assert Case.objects.get(pk=task.parent_id).state == "assigned"
    assert task.clocks.filter(key="complete", is_open=True).count() == 1
    assert list(verify_all(cast.now)) == []


@pytest.mark.parametrize("field", FIVE)
def test_a_task_is_not_issued_while_one_of_the_five_is_empty(cast: Cast, field: str) -> None:
    task = cast.draft(**{field: [] if isinstance(FIVE_FIXED[field], list) else ""})
    with pytest.raises(FormRefusal) as refused:
        cast.does(task, "issue", cast.planner)
    assert FIVE[field] in str(refused.value)
    task.refresh_from_db()
    assert task.state == "drafting"


def test_the_handling_unit_cannot_verify_its_own_work(cast: Cast) -> None:
    task = cast.claimed()
    for action in ("verify", "reject", "sign_off"):
        with pytest.raises((NotAllowed, NotNow)):
            cast.does(task, action, cast.handler, method="documents", finding="好", reason="好")
    assert not {offer.name for offer in offers(task, [cast.handler])} & {"verify", "sign_off"}


def test_an_inspector_who_also_holds_a_post_in_the_lead_unit_must_keep_away(cast: Cast) -> None:
    task = cast.claimed()
    twice = cast.inspector.__class__(
        **{**vars(cast.inspector), "elsewhere": (cast.inspector.path, "ll-gov/ll-edu/")}
    )
    with pytest.raises(NotAllowed, match="回避"):
        cast.does(task, "verify", twice, method="documents", finding="属实")


def test_a_claim_without_evidence_is_refused(cast: Cast) -> None:
    task = cast.in_progress()
    with pytest.raises(FormRefusal, match="上传"):
        cast.does(task, "claim", cast.handler, statement="完成")


def test_a_claim_waits_for_the_assisting_units(cast: Cast) -> None:
    task = cast.in_progress(assist=("ll-health",))
    part = task.children.get(matter="plan.part")
    claim = {"statement": "完成", "files": {"evidence": [document()]}}
    with pytest.raises(Refusal, match="下级事项"):
        cast.does(task, "claim", cast.handler, **claim)
    cast.does(part, "sign_for", cast.rival)
    cast.does(part, "deliver", cast.rival, result="体检完成")
    with pytest.raises(NotAllowed):
        cast.does(part, "accept", cast.rival)
    cast.does(part, "accept", cast.handler)
    claim = {"statement": "完成", "files": {"evidence": [document()]}}
    assert cast.does(task, "claim", cast.handler, **claim).state == "claimed"


def test_an_extension_goes_back_to_where_it_was_asked_and_moves_the_deadline(cast: Cast) -> None:
    task = cast.in_progress()
    cast.does(
        task, "request_extension", cast.handler, requested_deadline="2024-03-31", reason="征地"
    )
    with pytest.raises(NotAllowed):
        cast.does(task, "approve_extension", cast.handler)
    task = cast.does(task, "approve_extension", cast.leader)
    assert (task.state, task.return_to, task.data["deadline"]) == ("in_progress", "", "2024-03-31")
    due = task.clocks.get(key="complete").due_at
    assert due is not None
    assert due.astimezone(cast.now.tzinfo).date().isoformat() == "2024-03-31"


def test_a_third_extension_is_refused(cast: Cast) -> None:
    task = cast.in_progress()
    for day in ("2024-01-31", "2024-02-29", "2024-03-31"):
        if task.data["deadline"] == "2024-02-29":
            with pytest.raises(Refusal, match="已延期"):
                cast.does(
                    task, "request_extension", cast.handler, requested_deadline=day, reason="x"
                )
            return
        cast.does(task, "request_extension", cast.handler, requested_deadline=day, reason="x")
        task = cast.does(task, "approve_extension", cast.leader)
    raise AssertionError("the limit of the catalog was never reached")


def test_a_returned_task_gets_a_fresh_clock(cast: Cast) -> None:
    task = cast.issued()
    first = task.clocks.get(key="sign_for", run=1).due_at
    cast.does(task, "return", cast.handler, ground="unclear", reason="范围不清")
    cast.later(days=2)
    task = cast.does(task, "issue", cast.planner)
    second = task.clocks.get(key="sign_for", run=2)
    assert second.is_open
    assert second.due_at is not None
    assert first is not None
    assert second.due_at > first


def test_a_stale_page_is_told_so_and_changes_nothing(cast: Cast) -> None:
    task = cast.draft()
    with pytest.raises(Stale):
        act(task.number, "issue", cast.planner, {}, now=cast.now, expect=task.seq - 1)
    task.refresh_from_db()
    assert task.state == "drafting"


def test_the_same_key_twice_acts_once(cast: Cast) -> None:
    task = cast.in_progress()
    given = {"message": "请抓紧"}
    for _ in range(2):
        act(task.number, "urge", cast.leader, given, now=cast.now, key="k-1")
    assert Event.objects.filter(stream=task.number, action="urge").count() == 1
    with pytest.raises(Refusal, match="幂等键"):
        act(task.number, "urge", cast.leader, {"message": "别的"}, now=cast.now, key="k-1")


def test_the_lead_unit_finds_the_issued_task_on_its_desk(cast: Cast) -> None:
    task = cast.issued()
    assert task.number in [case.number for case in waiting_for([cast.handler])]
    assert task.number not in [case.number for case in waiting_for([cast.rival])]
    assert Notice.objects.filter(case=task, unit="ll-edu").exists()


def test_nobody_but_the_system_can_declare_a_promise_fulfilled(cast: Cast) -> None:
    task = cast.in_progress()
    commitment = Case.objects.get(pk=task.parent_id)
    for actor in (cast.planner, cast.leader, cast.chief):
        with pytest.raises(NotAllowed):
            cast.does(commitment, "fulfil", actor)
    with pytest.raises(Refusal, match="尚未全部销号"):
        cast.does(commitment, "fulfil", SYSTEM_ACTOR)


def test_a_lead_unit_is_not_its_own_assistant(cast: Cast) -> None:
    task = cast.draft(assist=("ll-edu",))
    with pytest.raises(Refusal, match="牵头单位不能同时是配合单位"):
        cast.does(task, "issue", cast.planner)
