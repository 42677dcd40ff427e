"""Pages of a list by key, not by number (翻页): stable while rows come in, and as fast at the end as at the start."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.http import QueryDict

SIZE = 25
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Keyset(Generic[M]):
    """One page: its rows, the key after the last one (empty at the end), and the query to keep."""

    rows: tuple[M, ...]
    after: str
    is_first: bool
    query: str


def by_due(found: QuerySet[M], asked: QueryDict, size: int = SIZE) -> Keyset[M]:
    """Pages by `next_due_at`, soonest first, without clock last; then by `pk`."""
    ordered = found.order_by(F("next_due_at").asc(nulls_last=True), "pk")
    key = _read(asked.get("after", ""))
    if key:
        ordered = ordered.filter(_after_due(*key))
    return _page(
        ordered, asked, size, lambda row: [_iso(getattr(row, "next_due_at", None)), row.pk]
    )


def by_newest(found: QuerySet[M], asked: QueryDict, size: int = SIZE) -> Keyset[M]:
    """Pages by `pk`, newest first."""
    ordered = found.order_by("-pk")
    key = _read(asked.get("after", ""))
    if key:
        ordered = ordered.filter(pk__lt=key[1])
    return _page(ordered, asked, size, lambda row: [None, row.pk])


def _after_due(due: datetime | None, pk: int) -> Q:
    if due is None:
        return Q(next_due_at__isnull=True, pk__gt=pk)
    same = Q(next_due_at=due, pk__gt=pk)
    return Q(next_due_at__gt=due) | same | Q(next_due_at__isnull=True)


def _page(
    ordered: QuerySet[M], asked: QueryDict, size: int, key: Callable[[M], list[object]]
) -> Keyset[M]:
    rows = tuple(ordered[: size + 1])
    after = _write(key(rows[size - 1])) if len(rows) > size else ""
    kept = asked.copy()
    kept.pop("after", None)
    return Keyset(rows[:size], after, "after" not in asked, kept.urlencode())


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _write(key: list[object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _read(text: str) -> tuple[datetime | None, int] | None:
    """The key in a query; anything that is none counts as the first page."""
    try:
        due, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return (datetime.fromisoformat(due) if due else None, int(pk))
    except (ValueError, TypeError, binascii.Error):
        return None
