"""Whatever people try in whatever order, each try either appends one event or changes nothing; replay agrees."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.history import events_of, fold
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.holders import holders
from tests.cast import FIVE_FIXED, Cast, document

ACTIONS = (
    "edit", "issue", "sign_for", "return", "deploy", "report", "request_extension",
    "approve_extension", "refuse_extension", "claim", "verify", "reject", "sign_off", "send_back",
    "reopen", "urge", "reassign", "withdraw", "terminate",
)  # fmt: skip
POSTS = (
    "ll-planner",
    "ll-edu-liaison",
    "ll-health-liaison",
    "ll-inspector-1",
    "ll-inspection-chief",
    "ll-mayor",
)
GIVEN: dict[str, object] = {
    "reason": "理由", "ground": "unclear", "arrangements": "部署", "progress": "进展", "message": "请抓紧",
    "requested_deadline": "2024-02-29", "statement": "完成", "method": "on_site", "finding": "属实",
}  # fmt: skip
Step = tuple[str, str, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.sampled_from(POSTS), st.integers(1, 60 * 24 * 10)),
    min_size=5,
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_any_sequence_leaves_a_case_that_its_events_explain(
    cast: Cast, steps: Sequence[Step]
) -> None:
    task = cast.draft()
    for action, post, minutes in steps:
        cast.later(minutes=minutes)
        _try(cast, task.number, action, post)
    task.refresh_from_db()
    assert list(verify_all(cast.now)) == []
    _every_second_has_one_holder(task, cast)
    if not task.end:
        assert task.owner_id
        assert task.clocks.filter(is_open=True).exists()
    if task.end == "success":
        _was_verified_by_another_unit(task)


def _try(cast: Cast, number: str, action: str, post: str) -> None:
    before = Event.objects.filter(stream=number).count()
    form = matter_now("plan.task")[0].actions[action]
    wanted = {**form.form, **dict.fromkeys(form.edits)}
    given: dict[str, object] = {k: v for k, v in {**FIVE_FIXED, **GIVEN}.items() if k in wanted}
    if "lead" in form.edits:
        given |= {"lead": "ll-edu", "responsible": "ll-edu-head"}
    files: dict[str, list[Upload]] = {"evidence": [document()]} if action == "claim" else {}
    try:
        act(number, action, cast.who(post), given, now=cast.now, files=files)
    except Refusal:
        assert Event.objects.filter(stream=number).count() == before
    else:
        assert Event.objects.filter(stream=number).count() == before + 1


def _every_second_has_one_holder(task: Case, cast: Cast) -> None:
    spans = holders(matter_now("plan.task")[0], fold(events_of(task)), cast.now)
    held = sum((span.until - span.since).total_seconds() for span in spans)
    end = task.ended_at or cast.now
    assert held == (end - task.opened_at).total_seconds()


def _was_verified_by_another_unit(task: Case) -> None:
    verified = Event.objects.filter(stream=task.number, action="verify").last()
    assert verified is not None
    assert verified.unit not in (task.data["lead"], *task.data["assist"])
