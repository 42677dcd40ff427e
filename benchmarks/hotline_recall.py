"""Plants demands among the open ones, tells each again in other words, and counts how many are offered. Leaves nothing behind."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.hotline_many import DESK, Pen
from benchmarks.hotline_texts import Telling, again, story, tell
from bihuan.hotline.similar import compared, ranked
from bihuan.hotline.similar_index import store
from bihuan.hotline.similar_models import Likeness
from bihuan.hotline.similar_reading import Words
from bihuan.kernel.cases.queries import Sight

METRES = 200.0
ABOVE = 1_000_000_000  # ids that no demand has
EXHAUSTIVE = 60  # of the planted ones, compared with every open demand


def recall(planted: int) -> dict[str, float]:
    """Shares of the planted ones that are compared, offered and offered first; beside comparing with all."""
    pen = Pen.at(99, timezone.now())
    with transaction.atomic():
        told = [tell(pen.draw, story(pen.draw, pen.places)) for _ in range(planted)]
        _plant([_words(pen, one, 1.0) for one in told])
        asked = [_words(pen, again(pen.draw, one), 0.7) for one in told]
        found = _measured(asked)
        transaction.set_rollback(True)
    return found


def _words(pen: Pen, said: Telling, knows_county: float) -> Words:
    """As it is typed: two in five with a place on the map, not every one with its county."""
    known = pen.draw.random() < 0.4
    county = said.story.where.county if pen.draw.random() < knows_county else ""
    spot = (said.story.lat, said.story.lon) if known else (None, None)
    return Words(said.title, said.content, said.address, county, *spot)


def _plant(words: Sequence[Words]) -> None:
    store([one.row(ABOVE + at) for at, one in enumerate(words)])
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO cases_casedesk (case_id, unit, waits) VALUES (%s, %s, '{}')",
            [(ABOVE + at, DESK) for at in range(len(words))],
        )


def _measured(asked: Sequence[Words]) -> dict[str, float]:
    sight = Sight(False, (DESK,))
    everything = list(Likeness.objects.defer("traits"))
    reached, offered, first, by_all, spent = [], [], [], [], []
    for at, words in enumerate(asked):
        began = time.perf_counter()
        others = compared(words, sight, METRES)
        best = [pk for pk, _, _ in ranked(words, others, METRES)]
        spent.append(1000 * (time.perf_counter() - began))
        reached.append(ABOVE + at in {other.case_id for other in others})
        offered.append(ABOVE + at in best)
        first.append(best[:1] == [ABOVE + at])
        if at < EXHAUSTIVE:
            by_all.append(ABOVE + at in [pk for pk, _, _ in ranked(words, everything, METRES)])
    spent.sort()
    return {
        "open": len(everything), "planted": len(asked), "p50_ms": round(statistics.median(spent), 1),
        "p99_ms": round(spent[int(len(spent) * 0.99)], 1), "compared": _share(reached),
        "offered": _share(offered), "offered_first": _share(first),
        f"first_{len(by_all)}_offered": _share(offered[: len(by_all)]),
        f"first_{len(by_all)}_offered_by_all": _share(by_all),
    }  # fmt: skip


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / max(len(hits), 1), 3)
