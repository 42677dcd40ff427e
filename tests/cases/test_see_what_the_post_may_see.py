"""Sight: a post of the whole city sees every case, a unit its own, a stranger none."""

from bihuan.kernel.cases.queries import visible_to
from tests.cast import Cast


def test_the_leader_sees_all_and_a_department_its_own(cast: Cast) -> None:
    task = cast.in_progress()
    everything = {task.number, task.parent.number, task.root.number}  # type: ignore[union-attr]
    assert {case.number for case in visible_to([cast.leader])} == everything
    assert {case.number for case in visible_to([cast.handler])} == {task.number}
    assert {case.number for case in visible_to([cast.rival, cast.planner])} == everything
    assert not visible_to([cast.rival]).exists()
    assert not visible_to([]).exists()
