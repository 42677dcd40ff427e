"""A key acts for one person in one post, is shown once, and dies with the post or when it is revoked."""

import pytest
from pytest_django import DjangoAssertNumQueries

from bihuan.api.keys import held_post, make_key, revoke_key
from bihuan.api.models import ApiKey
from bihuan.kernel.cases.posts import appoint, relieve
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from bihuan.kernel.orgs.models import Person, Post
from tests.api.conftest import Calls, Program
from tests.cast import Cast


def _person(cast: Cast) -> Person:
    return Person.objects.get(pk=cast.planner.person)


def test_the_token_is_stored_nowhere(program: Program) -> None:
    key = ApiKey.objects.get()

    secret = program.token.split("_", 2)[2]
    stored = "".join(str(value) for value in vars(key).values())
    assert secret not in stored
    assert secret not in "".join(Event.objects.values_list("body", flat=True))


def test_a_key_with_another_secret_is_refused(program: Program) -> None:
    forged = Program(program.token[:-1] + ("A" if program.token[-1] != "A" else "B"))

    assert forged.get("matters").status_code == 401
    assert program.get("matters").status_code == 200


def test_a_revoked_key_stops_at_once(cast: Cast, program: Program) -> None:
    assert program.get("matters").status_code == 200

    revoke_key(ApiKey.objects.get().prefix, SYSTEM_ACTOR, now=cast.later(minutes=1))

    assert program.get("matters").status_code == 401
    with pytest.raises(Refusal, match="没有以"):
        revoke_key(ApiKey.objects.get().prefix, SYSTEM_ACTOR, now=cast.now)


def test_a_relieved_persons_key_stops_at_once(cast: Cast, program: Program) -> None:
    program.opened()

    relieve(_person(cast), Post.objects.get(pk="ll-planner"), SYSTEM_ACTOR, now=cast.now)

    assert program.get("matters").status_code == 401


def test_a_person_who_is_locked_out_has_no_working_key(cast: Cast, program: Program) -> None:
    Person.objects.filter(pk=cast.planner.person).update(is_active=False)

    assert program.get("matters").status_code == 401


def test_a_post_taken_up_a_moment_ago_counts_when_one_must_keep_away(
    cast: Cast, calls: Calls
) -> None:
    """The inspector's key is asked twice within a minute; between, the person joins the handling unit (回避)."""
    task = cast.claimed()
    inspector = calls(cast.inspector)
    assert inspector.get(f"cases/{task.number}").status_code == 200
    person = Person.objects.get(pk=cast.inspector.person)
    viewer = Post.objects.filter(unit="ll-edu").exclude(roles__contains="handler")
    viewer = viewer.exclude(roles__contains="unit_head")
    post = viewer.first() or Post.objects.create(code="t-edu", unit_id="ll-edu", name="查阅")

    appoint(person, post, SYSTEM_ACTOR, now=cast.now)

    refused = inspector.post(
        f"cases/{task.number}/actions/verify", {"method": "on_site", "finding": "属实"}
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "not_by")


def test_making_and_revoking_stand_in_the_ledger(cast: Cast, program: Program) -> None:
    prefix = ApiKey.objects.get().prefix
    revoke_key(prefix, SYSTEM_ACTOR, now=cast.now)

    made, revoked = Event.objects.filter(stream="api-keys").order_by("seq")
    assert (made.action, revoked.action) == ("make", "revoke")
    assert made.content["prefix"] == revoked.content["prefix"] == prefix
    assert made.content["post"] == "ll-planner"
    assert list(verify_all(cast.now)) == []


def test_its_use_is_noted_once_an_hour(program: Program, settings: object) -> None:
    program.get("matters")
    first = ApiKey.objects.get().last_used
    program.get("matters")
    assert ApiKey.objects.get().last_used == first

    settings.BIHUAN_CLOCK_SHIFT += 3700  # type: ignore[attr-defined]
    program.get("matters")

    assert ApiKey.objects.get().last_used != first


def test_a_key_needs_a_post_that_is_held(cast: Cast) -> None:
    username = _person(cast).username
    assert held_post(username, "ll-planner", cast.now).person_id == cast.planner.person
    with pytest.raises(Refusal, match="不担任"):
        held_post(username, "ll-mayor", cast.now)
    token = make_key(held_post(username, "ll-planner", cast.now), "二", SYSTEM_ACTOR, now=cast.now)
    assert len(token.split("_", 2)[2]) == 43


def test_a_known_caller_costs_one_query_and_gets_no_cookie(
    program: Program, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    program.get("matters")

    with django_assert_num_queries(1):
        answer = program.get("matters")

    assert "Set-Cookie" not in answer.headers
    assert answer.cookies == {}
