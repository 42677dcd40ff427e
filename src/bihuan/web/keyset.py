"""Pages of a list by key, not by number (翻页): stable while rows come in, and as fast at the end as at the start."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

from bihuan.kernel.cases.lanes import CAP, Key

SIZE = 25
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Keyset(Generic[M]):
    """One page: its rows, the key after the last one (empty at the end), and the query to keep."""

    rows: tuple[M, ...]
    after: str
    is_first: bool
    query: str


def by_due(
    places: Sequence[Key], load: Callable[[Sequence[Key]], Sequence[M]], asked: QueryDict
) -> Keyset[M]:
    """A page from one place more than it shows, soonest due first; only what it shows is loaded."""
    shown = places[:SIZE]
    after = _write(shown[-1]) if len(places) > SIZE else ""
    return Keyset(tuple(load(shown)), after, "after" not in asked, kept_query(asked))


def asked_place(asked: QueryDict) -> Key | None:
    """The place that a page begins after; anything that is none counts as the first page."""
    try:
        text = asked.get("after", "")
        due, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found = datetime.fromisoformat(due) if due else None
        return Key(found, int(pk)) if found is None or found.tzinfo else None
    except (ValueError, TypeError, binascii.Error):
        return None


def by_newest(found: QuerySet[M], asked: QueryDict) -> Keyset[M]:
    """Pages by `pk`, newest first."""
    key = asked_place(asked)
    ordered = found.order_by("-pk").filter(pk__lt=key.pk) if key else found.order_by("-pk")
    rows = tuple(ordered[: SIZE + 1])
    after = _write(Key(None, rows[SIZE - 1].pk)) if len(rows) > SIZE else ""
    return Keyset(rows[:SIZE], after, "after" not in asked, kept_query(asked))


def capped(found: QuerySet[M]) -> int:
    """How many there are; CAP + 1 for more than CAP."""
    return found.order_by()[: CAP + 1].count()


def kept_query(asked: QueryDict) -> str:
    """What was asked for besides the place."""
    kept = asked.copy()
    kept.pop("after", None)
    return kept.urlencode()


def _write(key: Key) -> str:
    place = [key.due.isoformat() if key.due else None, key.pk]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")
