"""The cast on the pages: each signed in with a browser, on the story's own date."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings

from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.models import Person
from tests.cast import Cast

Visit = Callable[[Acting], Client]


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """A page answered in another language leaves it behind in the process: every test begins in Chinese."""
    with override("zh-hans"):
        yield


@pytest.fixture
def visit(cast: Cast, settings: Settings) -> Visit:
    """A signed-in browser for somebody; the pages' clock stands a minute after the story's."""

    def sign_in(who: Acting) -> Client:
        ahead = cast.now - timezone.now()
        settings.BIHUAN_CLOCK_SHIFT = int(ahead.total_seconds()) + 60
        client = Client()
        client.force_login(
            Person.objects.get(pk=who.person), "django.contrib.auth.backends.ModelBackend"
        )
        return client

    return sign_in
