"""The page of a case says how long each unit held it; the shares add up to the whole."""

import itertools
from datetime import timedelta

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.history import events_of
from bihuan.web.held import held_by, said_length
from tests.cast import Cast


def test_the_shares_add_up_to_the_second(cast: Cast) -> None:
    task = cast.signed_off()
    cast.does(task, "reopen", cast.inspector, reason="反弹")
    task.refresh_from_db()
    matter, _ = matter_at(task.matter, task.version)
    events = events_of(task)
    now = cast.later(hours=5)
    shares = held_by(matter, events, now)
    ended = sum(
        ((after.at - end.at) for end, after in itertools.pairwise(events)
         if end.content["to"] == "signed_off"), timedelta(),
    )  # fmt: skip
    assert sum(share.seconds for share in shares) == (now - events[0].at - ended).total_seconds()
    assert {share.unit: share.reopened for share in shares}["市教育局"] == 1


def test_a_length_is_said_in_two_units() -> None:
    assert said_length(timedelta(days=3, hours=4, minutes=59)) == "3 天 4 小时"
    assert said_length(timedelta(hours=4, minutes=5)) == "4 小时 5 分"
    assert said_length(timedelta(minutes=7, seconds=59)) == "7 分钟"
