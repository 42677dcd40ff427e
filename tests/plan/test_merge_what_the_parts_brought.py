"""The lead unit's claim carries one merged answer: what each assisting unit brought and the lead unit accepted."""

import pytest
from django.urls import reverse

from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import FormRefusal
from tests.cast import Cast, document
from tests.plan.conftest import Office

CLAIM = {"statement": "25所全部建成。"}


def deliver(cast: Cast, task: Case, unit: str, result: str) -> Case:
    """An assisting unit signs for its part and delivers it."""
    part = task.children.get(matter="plan.part", data__unit=unit)
    liaison = cast.who(f"{unit}-liaison")
    cast.does(part, "sign_for", liaison)
    return cast.does(part, "deliver", liaison, result=result)


def claimed(cast: Cast) -> Case:
    """A task whose two assisting units delivered, one of them twice."""
    task = cast.in_progress(assist=("ll-health", "ll-police"))
    first = deliver(cast, task, "ll-health", "体检完成")
    cast.does(first, "reject", cast.handler, reason="缺两所")
    cast.does(first, "deliver", cast.rival, result="25所体检完成")
    cast.does(first, "accept", cast.handler)
    second = deliver(cast, task, "ll-police", "门前交通已整治")
    cast.does(second, "accept", cast.handler)
    return cast.does(task, "claim", cast.handler, **CLAIM, files={"evidence": [document()]})


def test_the_claim_gathers_what_was_accepted_from_each_unit(cast: Cast) -> None:
    assert claimed(cast).data["part_results"] == [
        {"unit": "ll-health", "result": "25所体检完成"},
        {"unit": "ll-police", "result": "门前交通已整治"},
    ]
    assert list(verify_all(cast.now)) == []


def test_a_unit_that_was_excused_brings_nothing(cast: Cast) -> None:
    task = cast.in_progress(assist=("ll-health",))
    cast.does(task.children.get(matter="plan.part"), "waive", cast.handler, reason="不再需要")
    task = cast.does(task, "claim", cast.handler, **CLAIM, files={"evidence": [document()]})
    assert task.data["part_results"] == []


def test_a_part_without_a_result_is_not_delivered(cast: Cast) -> None:
    task = cast.in_progress(assist=("ll-health",))
    with pytest.raises(FormRefusal, match="协办成果"):
        deliver(cast, task, "ll-health", " ")


def test_the_inspector_reads_the_merged_answer_on_the_tasks_page(office: Office) -> None:
    task = claimed(office.cast)
    page = office.signed_in("ll-inspector-1").get(reverse("case", args=[task.number]))
    text = page.content.decode()
    for told in ("协办成果汇总", "25所体检完成", "门前交通已整治"):
        assert told in text
