"""A unit that is merged into another leaves no case behind, and nobody in the end who verifies their own work."""

import pytest

from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import offers
from bihuan.kernel.cases.succession import merge_unit
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import FormRefusal, Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, actings_of
from tests.cast import Cast


def merge(cast: Cast, old: str = "ll-edu", new: str = "ll-health") -> int:
    """The education bureau goes into the health commission, for the sake of the story."""
    return merge_unit(old, new, SYSTEM_ACTOR, now=cast.later(minutes=1), basis="机构改革方案")


def test_open_work_goes_on_in_the_other_unit(cast: Cast) -> None:
    task = cast.in_progress()
    clocks = list(task.clocks.order_by("key", "run").values_list("key", "run", "due_at"))
    assert merge(cast) == 1
    task.refresh_from_db()
    assert (task.owner_id, task.data["lead"]) == ("ll-health", "ll-health")
    assert list(task.clocks.order_by("key", "run").values_list("key", "run", "due_at")) == clocks
    assert "claim" in {offer.name for offer in offers(task, [cast.rival])}
    assert Event.objects.get(stream=task.number, seq=task.seq).action == "succeed"


def test_the_old_post_ends_with_its_unit(cast: Cast) -> None:
    cast.in_progress()
    person = cast.handler.person
    assert person is not None
    merge(cast)
    assert actings_of(person, cast.now) == ()


def test_the_lead_does_not_take_in_the_unit_whose_part_it_accepts(cast: Cast) -> None:
    cast.in_progress(assist=("ll-health",))
    with pytest.raises(Refusal, match=r"XB2023-00001 .*“验收”"):
        merge(cast)


def test_ended_work_stays_with_the_unit_that_did_it(cast: Cast) -> None:
    task = cast.signed_off()
    assert merge(cast) == 0
    assert Case.objects.get(pk=task.pk).data["lead"] == "ll-edu"


def test_nothing_new_goes_to_a_unit_that_is_no_more(cast: Cast) -> None:
    merge(cast)
    with pytest.raises(FormRefusal, match="已撤并"):
        cast.draft()


def test_a_merger_that_leaves_no_verifier_is_refused_whole(cast: Cast) -> None:
    cast.in_progress()
    with pytest.raises(Refusal, match="无人可以核查"):
        merge(cast, "ll-edu", "ll-inspection")


def test_the_ledger_agrees_afterwards(cast: Cast) -> None:
    cast.in_progress(assist=("ll-drc",))
    cast.handler  # noqa: B018 - holds a post that the merger ends
    merge(cast)
    organisation = {"units/ll-edu", "posts/ll-edu-liaison"}
    assert {f.stream for f in verify_all(cast.now)} <= organisation
