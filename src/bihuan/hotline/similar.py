"""Open demands that resemble a text (相似诉求): candidates by the rarest search tokens, compared by their signatures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from bihuan.hotline.words.sameness import ALIKE, signature, similarity
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import Sight
from bihuan.kernel.cases.tokens import tokens_of

DEMAND = "hotline.demand"
RAREST = 12  # tokens that candidates are looked up by
MOST_TOKENS = 80  # of a long text, the first ones: each is weighed
MANY = 20_000  # cases with a token: reading their list costs more than it tells
CANDIDATES = 200
COMPARED = 30  # the candidates with most of the tokens
SHOWN = 5
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


def candidates(title: str, content: str, place: str, sight: Sight) -> list[Similar]:
    """The open demands in sight that resemble a text most, best first; `place` is a region's code or empty."""
    tokens = [t for t in tokens_of([title, content])[:MOST_TOKENS] if len(t) > 1]
    wanted = _rarest(tokens)
    if not wanted or not sight:
        return []
    near = sorted(_with_any(wanted, sight), key=lambda case: -_shared(case, set(wanted)))
    own = signature(content, title)
    found = []
    for case in near[:COMPARED]:
        score = similarity(own, signature(_text(case, "content"), case.title))
        if score >= ALIKE:
            found.append(Similar(case, max(0.0, min(1.0, score + _nearness(case, place)))))
    return sorted(found, key=lambda one: (-one.score, -one.case.pk))[:SHOWN]


def _shared(case: Case, wanted: set[str]) -> int:
    return len(
        wanted & set(tokens_of([case.title, _text(case, "content"), _text(case, "address")]))
    )


def _text(case: Case, name: str) -> str:
    return str(case.data.get(name) or "")


def _nearness(case: Case, place: str) -> float:
    there = _text(case, "place")
    if not place or not there:
        return 0.0
    return SAME_PLACE if there == place else OTHER_PLACE


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
    # Gathered first, then put in order: the planner would else walk the whole table backwards for the newest.
    sql = (
        "WITH hit AS MATERIALIZED (SELECT id FROM cases_case WHERE search @@ %s::tsquery AND matter = %s)"
        f" SELECT id FROM hit ORDER BY id DESC LIMIT {CANDIDATES}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, DEMAND])
        keys = [pk for (pk,) in cursor.fetchall()]
    return list(Case.objects.filter(pk__in=keys).select_related("owner"))


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
