"""Residents on the pages and demands in the hall: the cast in Lüliang, with an online desk."""

import io
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from PIL import Image
from pytest_django import Settings

from bihuan.hotline.intake import Told, register
from bihuan.hotline.online import online_desk
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case
from bihuan.kernel.orgs.acting import Acting
from tests.cast import Cast

WORDS = "滨河北路与久安路口的路灯坏了三天，晚上很黑，希望尽快修好。"
GPS = 0x8825


def told(**changes: str) -> Told:
    """A demand as a resident tells it."""
    return Told(**{"content": WORDS, "kind": "help", "phone": "13835800001", **changes})


def photo(side: int = 600, *, with_place: bool = True) -> bytes:
    """A JPEG as a telephone takes it: with the place in its EXIF."""
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    if with_place:
        exif.get_ifd(GPS)[1] = "N"
    stream = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(stream, "JPEG", exif=exif)
    return stream.getvalue()


class Hall:
    """The hotline's people, and what they do with a demand a minute later."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    @property
    def desk(self) -> Acting:
        """The online desk."""
        return online_desk(self.cast.now)

    def who(self, seat: str) -> Acting:
        """Somebody of the hotline centre."""
        return self.cast.who(f"ll-hotline-{seat}")

    def registered(self, **changes: str) -> Case:
        """A demand that was just told."""
        return register(told(**changes), self.desk, now=self.cast.later(minutes=1))

    def does(self, case: Case, action: str, who: Acting, **given: object) -> Case:
        """Take an action a minute later."""
        return act(case.number, action, who, given, now=self.cast.later(minutes=1))

    def answered(self, **changes: str) -> Case:
        """A demand that the education bureau answered and the hotline passed: the caller is asked."""
        case = self.registered(**changes)
        self.does(case, "dispatch", self.who("dispatcher"), lead="ll-edu")
        self.does(case, "sign_for", self.cast.handler)
        self.does(case, "reply", self.cast.handler, answer="3月2日已更换3盏路灯，当晚亮灯。")
        return self.does(case, "pass", self.who("quality"))

    def closed(self) -> Case:
        """A demand that its caller found solved."""
        return self.does(self.answered(), "solved", self.desk, way="link", rating="good")


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """A page answered in another language leaves it behind in the process."""
    with override("zh-hans"):
        yield


@pytest.fixture
def hall(cast: Cast) -> Hall:
    """The hotline centre."""
    return Hall(cast)


Visit = Callable[[], Client]


@pytest.fixture
def visitor(cast: Cast, settings: Settings) -> Visit:
    """A browser of somebody without an account; the pages' clock stands a minute after the story's."""

    def come() -> Client:
        ahead = cast.now - timezone.now()
        settings.BIHUAN_CLOCK_SHIFT = int(ahead.total_seconds()) + 60
        return Client()

    return come
