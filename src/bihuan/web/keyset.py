"""Pages of a list by key, not by number (翻页): stable while rows come in, and as fast at the end as at the start."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

from bihuan.kernel.cases.lanes import CAP, Key

SIZE = 25
M = TypeVar("M", bound=Model)
T = TypeVar("T")


@dataclass(frozen=True)
class Slice(Generic[T]):
    """One page: its rows, the key after the last one (empty at the end), and the query to keep."""

    rows: tuple[T, ...]
    after: str
    is_first: bool
    query: str


def by_due(
    places: Sequence[Key], load: Callable[[Sequence[Key]], Sequence[M]], asked: QueryDict
) -> Slice[M]:
    """A page from one place more than it shows, soonest due first; only what it shows is loaded."""
    shown = places[:SIZE]
    after = place_token(shown[-1]) if len(places) > SIZE else ""
    return Slice(tuple(load(shown)), after, "after" not in asked, kept_query(asked))


def asked_place(asked: QueryDict) -> Key | None:
    """The place that a page begins after; anything that is none counts as the first page."""
    try:
        place: Any = _unpacked(asked.get("after", ""))
        due, pk = place
        found = datetime.fromisoformat(due) if due else None
        return Key(found, int(pk)) if found is None or found.tzinfo else None
    except (ValueError, TypeError):
        return None


def by_newest(found: QuerySet[M], asked: QueryDict) -> Slice[M]:
    """Pages by `pk`, newest first."""
    key = asked_place(asked)
    ordered = found.order_by("-pk").filter(pk__lt=key.pk) if key else found.order_by("-pk")
    rows = tuple(ordered[: SIZE + 1])
    after = place_token(Key(None, rows[SIZE - 1].pk)) if len(rows) > SIZE else ""
    return Slice(rows[:SIZE], after, "after" not in asked, kept_query(asked))


def by_order(
    rows: Sequence[T], place: Callable[[T], Sequence[int | str]], asked: QueryDict
) -> Slice[T]:
    """A page of rows that are in memory, in the order of their places; it goes on after the last place shown."""
    ordered = sorted(rows, key=lambda row: list(place(row)))
    after = _asked_order(asked)
    try:
        rest = [row for row in ordered if after is None or list(place(row)) > after]
    except TypeError:  # a place of another list
        rest = ordered
    next_ = _packed(list(place(rest[SIZE - 1]))) if len(rest) > SIZE else ""
    return Slice(tuple(rest[:SIZE]), next_, "after" not in asked, kept_query(asked))


def _asked_order(asked: QueryDict) -> list[int | str] | None:
    found = _unpacked(asked.get("after", ""))
    return found if isinstance(found, list) else None


def _packed(place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _unpacked(text: str) -> object:
    """What was packed; None for anything else."""
    try:
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        return None


def capped(found: QuerySet[M]) -> int:
    """How many there are; CAP + 1 for more than CAP."""
    return found.order_by()[: CAP + 1].count()


def kept_query(asked: QueryDict) -> str:
    """What was asked for besides the place."""
    kept = asked.copy()
    kept.pop("after", None)
    return kept.urlencode()


def place_token(key: Key) -> str:
    """A place as it stands in an address."""
    return _packed([key.due.isoformat() if key.due else None, key.pk])
