"""Open demands that resemble a text (相似诉求): candidates by the rarest search tokens, ranked by shared pairs of characters."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import Sight
from bihuan.kernel.cases.tokens import tokens_of

DEMAND = "hotline.demand"
RAREST = 12  # tokens that candidates are looked up by
MOST_TOKENS = 80  # of a long text, the first ones: each is weighed
MANY = 20_000  # cases with a token: reading their list costs more than it tells
CANDIDATES = 200
SHOWN = 5
LEAST = 0.2
SAME_PLACE, OTHER_PLACE = 0.1, -0.1


@dataclass(frozen=True)
class Similar:
    """An open demand and how much it resembles the text, 0 to 1."""

    case: Case
    score: float

    @property
    def percent(self) -> int:
        """The score as people read it."""
        return round(self.score * 100)


def candidates(text: str, place: str, sight: Sight) -> list[Similar]:
    """The open demands in sight that resemble a text most, best first; `place` is a region's code or empty."""
    tokens = tokens_of([text])[:MOST_TOKENS]
    wanted = _rarest([token for token in tokens if len(token) > 1])
    if not wanted or not sight:
        return []
    own = set(tokens)
    found = [_ranked(case, own, place) for case in _with_any(wanted, sight)]
    return sorted(
        (one for one in found if one.score >= LEAST), key=lambda one: (-one.score, -one.case.pk)
    )[:SHOWN]


def likeness(one: set[str], other: set[str]) -> float:
    """Shared tokens over those of the shorter text: a call's few words resemble a long letter that holds them."""
    least = min(len(one), len(other))
    return len(one & other) / least if least else 0.0


def _ranked(case: Case, own: set[str], place: str) -> Similar:
    data = case.data
    words = [str(data.get(name) or "") for name in ("title", "content", "address")]
    score = likeness(own, set(tokens_of(words)))
    there = str(data.get("place") or "")
    if place and there:
        score += SAME_PLACE if there == place else OTHER_PLACE
    return Similar(case, max(0.0, min(1.0, score)))


def _rarest(tokens: Sequence[str]) -> list[str]:
    """The tokens that the fewest cases have, by what the database last saw of the table; one query, none is read."""
    if not tokens:
        return []
    asks = ", ".join("ARRAY(SELECT 1 FROM cases_case WHERE search @@ %s::tsquery)" for _ in tokens)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT {asks}", [_quoted(t) for t in tokens])
        explained = cursor.fetchone()[0]
    plans = (json.loads(explained) if isinstance(explained, str) else explained)[0]["Plan"]
    rows = [plan["Plan Rows"] for plan in plans.get("Plans", [])]
    weighed = sorted(zip(rows, tokens, strict=False))
    return [token for many, token in weighed[:RAREST] if many <= MANY]


def _with_any(tokens: Sequence[str], sight: Sight) -> list[Case]:
    query = f"({' | '.join(map(_quoted, tokens))}) & '#open'"
    if not sight.everything:
        query += f" & ({' | '.join(_quoted(f'@{unit}') for unit in sight.units)})"
    sql = (
        "SELECT id FROM cases_case WHERE search @@ %s::tsquery AND matter = %s"
        f" ORDER BY id DESC LIMIT {CANDIDATES}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, DEMAND])
        keys = [pk for (pk,) in cursor.fetchall()]
    return list(Case.objects.filter(pk__in=keys).select_related("owner"))


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
