"""A post that changes hands: the old holder is out at once, whatever a clock says, and the ledger never runs backwards."""

from datetime import timedelta

from bihuan.kernel.cases.posts import appoint, relieve
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, actings_of
from bihuan.kernel.orgs.models import Person, Post
from tests.cast import Cast


def test_who_was_relieved_is_out_also_for_a_clock_that_was_set_back(cast: Cast) -> None:
    held = cast.handler
    assert held.person is not None
    assert actings_of(held.person, cast.now)
    relieve(
        Person.objects.get(pk=held.person),
        Post.objects.get(pk=held.post),
        SYSTEM_ACTOR,
        now=cast.now,
    )
    assert actings_of(held.person, cast.now - timedelta(days=3)) == ()


def test_a_clock_set_back_does_not_take_the_stream_back(cast: Cast) -> None:
    post = Post.objects.get(pk=cast.handler.post)
    other = Person.objects.create_person("t.other", "接任者", "", is_synthetic=True)
    appoint(other, post, SYSTEM_ACTOR, now=cast.now)
    relieve(other, post, SYSTEM_ACTOR, now=cast.now - timedelta(days=2))
    instants = list(
        Event.objects.filter(stream="posts").order_by("seq").values_list("at", flat=True)
    )
    assert instants == sorted(instants)
