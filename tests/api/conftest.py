"""Programs with keys: each calls the interface as one of the cast, on the story's own date."""

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings

from bihuan.api.keys import make_key
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting
from bihuan.kernel.orgs.models import Holding
from tests.api.running import COMMITMENT
from tests.cast import Cast

_keys = itertools.count(1)


class Program:
    """A program that holds a key, and speaks JSON."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.http = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str, **headers: str) -> Any:
        """Read an address below /api/v1/."""
        return self.http.get(f"/api/v1/{path}", headers=_plain(headers))

    def post(self, path: str, body: object, **headers: str) -> Any:
        """Send JSON with a fresh idempotency key, unless one is given; bytes go as they are."""
        named = {"Idempotency-Key": f"t-{next(_keys)}"} | _plain(headers)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = named.pop("Content-Type", "application/json")
        return self.http.post(f"/api/v1/{path}", data, content_type=kind, headers=named)

    def opened(self, **changes: object) -> str:
        """The number of a new commitment."""
        done = self.post("cases/plan.commitment", COMMITMENT | changes)
        assert done.status_code == 201, done.content
        return str(done.json()["number"])


def _plain(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


Calls = Callable[[Acting], Program]


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """Problems are said in the caller's language; each test begins in Chinese."""
    with override("zh-hans"):
        yield


@pytest.fixture
def calls(cast: Cast, settings: Settings) -> Calls:
    """A program that acts as somebody; the interface's clock stands a minute after the story's."""

    def begin(who: Acting) -> Program:
        ahead = cast.now - timezone.now()
        settings.BIHUAN_CLOCK_SHIFT = int(ahead.total_seconds()) + 60
        holding = Holding.objects.get(person=who.person, post=who.post, until=None)
        return Program(make_key(holding, "测试程序", SYSTEM_ACTOR, now=cast.now))

    return begin


@pytest.fixture
def program(cast: Cast, calls: Calls) -> Program:
    """A program of the plan office."""
    return calls(cast.planner)
