"""Finding cases (查找): words and filters within what a person may see; a page and a count in bounded time. Writes nothing.

Where an index has the wanted cases in order, they are read from it. Where filters remain to be tried on each case, those
that fit are gathered first, FEW at most: then that is the whole list, counted exactly. Where more fit, they are so many
that trying the cases one after another, soonest due first, fills a page soon. A short trial before that spares gathering
what is everywhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db import connection

from bihuan.kernel.cases.city import sealed_matters
from bihuan.kernel.cases.desks import SEALED_MARK, sealed_desk
from bihuan.kernel.cases.lanes import (
    CAP,
    Key,
    Lane,
    Span,
    Where,
    counts_of,
    desk_lane,
    keys_of,
    page_of,
    sample_of,
)
from bihuan.kernel.cases.queries import Sight, matters_in_use
from bihuan.kernel.cases.tokens import RUN, folded, query_of

FEW = 2000  # so many are gathered and sorted; where more fit, a walk finds the next ones soon
STRIDE = 25_000  # cases tried at most in order to count
MANY = 100_000  # cases with the rarest token of what is looked for: their list in the index is long to read
TRIAL = 2000  # cases tried before anything is gathered
OFTEN = TRIAL // 40  # so many hits in a trial: gathering would cost more than walking on
OFTEN_WORDLESS = TRIAL // 12  # the same for a matter and state, which have an index of their own
MANY_DESKS = 16  # a sight of more units is tried case by case
HIDDEN = (
    "EXISTS (SELECT 1 FROM cases_caseparty p"
    " WHERE p.case_id = c.id AND p.field = ANY(%s) AND p.unit_id = ANY(%s))"
)
SEEN = "EXISTS (SELECT 1 FROM cases_casedesk o WHERE o.case_id = c.id AND o.unit = ANY(%s))"


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty means anything."""

    words: tuple[str, ...] = ()
    matter: str = ""
    state: str = ""
    unit: str = ""
    is_open: bool = False
    overdue_at: datetime | None = None


@dataclass(frozen=True)
class Found:
    """A page of a list: its places, and how many there are in all (CAP + 1 for more than CAP)."""

    keys: tuple[Key, ...]
    total: int


def find(wanted: Wanted, sight: Sight, after: Key | None, limit: int) -> Found:
    """The first places after a place that fit and may be seen, with the number of all."""
    if not sight:
        return Found((), 0)
    return _Search(wanted, sight).page(after, limit)


@dataclass(frozen=True)
class _Search:
    wanted: Wanted
    sight: Sight

    def page(self, after: Key | None, limit: int) -> Found:
        if not self.lane.sift:
            [total] = counts_of([self.lane], [self.span])
            return Found(tuple(page_of([self.lane], self.span, after, limit)), total)
        if not self._is_everywhere():
            fit = self._gather(FEW + 1)
            if len(fit) <= FEW:
                rest = [key for key in fit if after is None or key.place > after.place]
                return Found(tuple(rest[:limit]), min(len(fit), CAP + 1))
        return Found(tuple(page_of([self.lane], self.span, after, limit)), CAP + 1)

    def _is_everywhere(self) -> bool:
        """Whether a walk of bounded length finds more than are counted."""
        if self.wanted.words and _at_most(self._terms()) < MANY:
            return False
        hits = len(sample_of([self.lane], self.span, CAP + 1, TRIAL))
        if hits <= (OFTEN if self.wanted.words else OFTEN_WORDLESS) or hits > CAP:
            return hits > CAP
        reach = min(STRIDE, TRIAL * CAP * 3 // (hits * 2))
        return len(sample_of([self.lane], self.span, CAP + 1, reach)) > CAP

    def _gather(self, limit: int) -> list[Key]:
        """Up to so many of those that fit, in order; found by whatever index names the fewest."""
        conditions = [*self._filters(), *self._sealed(), *map(_written, _longer(self.wanted.words))]
        if terms := self._terms():
            conditions.append(Where("c.search @@ %s::tsquery", (" & ".join(terms),)))
        sql = (
            "SELECT c.next_due_at AS due, c.id FROM cases_case c"
            f" WHERE {' AND '.join(c.sql for c in conditions)} LIMIT {limit}"
        )
        given = [value for condition in conditions for value in condition.given]
        return sorted(keys_of(sql, given), key=lambda key: key.place)

    def _terms(self) -> list[str]:
        """Words, units and "open" as tokens of one query: the index cuts their lists before a case is looked at."""
        queries = filter(None, map(query_of, self.wanted.words))
        terms = [token for query in queries for token in query.split(" & ")]
        if self.sight.units:
            terms.append(_one_of(self.sight.desks))
        if self.wanted.unit:
            terms.append(_one_of(self._own_and_sealed()))
        if self.wanted.is_open or self.wanted.overdue_at:
            terms.append("'#open'")
        return terms

    @cached_property
    def span(self) -> Span:
        late = self.wanted.overdue_at
        return Span(high=late, undated=False) if late else Span()

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The units on whose desks the wanted cases lie; empty where they lie on too many."""
        everywhere = () if self.sight.everything else self.sight.desks
        units = self._own_and_sealed() if self.wanted.unit else everywhere
        return units if len(units) <= MANY_DESKS + len(self.sight.sealed) else ()

    @cached_property
    def lane(self) -> Lane:
        """The index that has them in order, and what is left to be tried on each."""
        tried = [*self._unseen(), *self._sealed(), *_said(self.wanted.words)]
        if self.units:
            return self._desks().also(*self._beyond_desks(), *tried)
        stood = Lane("cases_case c", "c.id", "c.next_due_at")
        if self._is_placed:
            here = Where("c.matter = e.matter AND c.state = e.state")
            places = self._places
            each = {"matter": [m for m, _ in places], "state": [s for _, s in places]}
            stood = replace(stood, rows=(here,), each=each)
        return stood.also(*tried)

    def _desks(self) -> Lane:
        """Desks; an ended case has no due instant, so that open ones without are few and indexed by themselves."""
        lane = desk_lane(self.units)
        if not self.wanted.is_open:
            return lane
        open_ones = (Where("c.\"end\" = ''"), Where(SEEN, (list(self.units),)))
        return replace(lane, undated=Lane("cases_case c", "c.id", "c.next_due_at", open_ones))

    def _beyond_desks(self) -> Iterable[Where]:
        """What desks do not tell: matter and state."""
        if self.wanted.matter:
            yield Where("c.matter = %s", (self.wanted.matter,))
        if self.wanted.state:
            yield Where("c.state = %s", (self.wanted.state,))

    def _unseen(self) -> Iterable[Where]:
        """That a case is in sight, where the desks that are read do not say so."""
        told = self.units == self.sight.desks or set(self.units) <= set(self.sight.desks)
        if not self.sight.everything and not (self.units and told):
            yield Where(SEEN, (list(self.sight.desks),))

    def _own_and_sealed(self) -> tuple[str, ...]:
        """The desks of the wanted unit: its own, and those of the sealed matters that are read at all."""
        read = {desk.partition(SEALED_MARK)[2] for desk in self.sight.sealed}
        unit = self.wanted.unit
        return (unit, *(sealed_desk(unit, matter) for matter in sorted(read)))

    def _sealed(self) -> Iterable[Where]:
        """That a sealed case is shown to its own readers alone, where the desks that are read do not say so.

        Who has posts in one unit only is never among those from whom a case on their own desk is hidden.
        """
        sight, sealed = self.sight, sealed_matters()
        reads_all = sight.everything
        if not sealed or not (sight.sealed or reads_all):
            return
        others = Where("NOT (c.matter = ANY(%s))", (sorted(sealed),))
        hiding = sorted({name for matter in sealed.values() for name in matter.hides_from})
        shown = Where(f"NOT {HIDDEN}", (hiding, list(sight.barred)))
        if reads_all:
            mine = Where(SEEN, (list(sight.sealed),))
            shown = Where(f"({mine.sql} AND {shown.sql})", (*mine.given, *shown.given))
        if reads_all or sight.is_split:
            yield Where(f"({others.sql} OR {shown.sql})", (*others.given, *shown.given))

    def _filters(self) -> Iterable[Where]:
        yield from self._beyond_desks()
        if self._is_placed:
            matters = sorted({matter for matter, _ in self._places})
            yield Where("c.matter = ANY(%s)", (matters,))
        if self.wanted.overdue_at:
            yield Where("c.next_due_at < %s", (self.wanted.overdue_at,))

    @property
    def _is_placed(self) -> bool:
        return bool(self.wanted.matter or self.wanted.state or self.wanted.is_open)

    @cached_property
    def _places(self) -> list[tuple[str, str]]:
        """Matter and state of every wanted case: a stretch of the index each."""
        return sorted(
            {
                (matter.key, name)
                for matter in matters_in_use()
                for name, state in matter.states.items()
                if self.wanted.matter in ("", matter.key)
                and self.wanted.state in ("", name)
                and not (self.wanted.is_open and state.end)
            }
        )


def _at_most(terms: Sequence[str]) -> float:
    """About how many cases have the rarest of these tokens, by what the database last saw of the table."""
    asks = ["SELECT 1 FROM cases_case WHERE search @@ %s::tsquery" for _ in terms]
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (FORMAT JSON) SELECT {', '.join(f'ARRAY({a})' for a in asks)}", terms
        )
        plans = cursor.fetchone()[0][0]["Plan"].get("Plans", [])
    return min((plan["Plan Rows"] for plan in plans), default=0)


def _one_of(units: Iterable[str]) -> str:
    """A query for the marks of units: one of them takes part."""
    return f"({' | '.join(_mark(unit) for unit in units)})"


def _longer(words: Iterable[str]) -> list[str]:
    """The words that are not told by a single token: their tokens may be scattered."""
    return [word for word in words if query_of(word) and not _is_one_token(word)]


def _said(words: Iterable[str]) -> Iterable[Where]:
    """The same, said so that it can only be tried on a case at hand: the planner is to take no index for it."""
    for word in words:
        if query := query_of(word):
            tokens = Where("c.search @@ %s::tsquery", (query,))
            exact = tokens if _is_one_token(word) else _both(tokens, _written(word))
            plain = f"%{_escaped(word)}%"
            yield Where(
                f"(c.title LIKE %s OR c.number LIKE %s OR {exact.sql})",
                (plain, plain, *exact.given),
            )


def _written(word: str) -> Where:
    """The word as it is typed, else in folded form; folding in the database costs ten times as much."""
    named = sorted({name for matter in matters_in_use() for name in matter.search})
    fields = "".join(f", c.data->>'{name}'" for name in named)
    whole = f"lower(normalize(concat_ws(' ', c.number, c.title{fields}), NFKC))"
    return Where(
        f"(c.title LIKE %s OR {whole} LIKE %s)",
        (f"%{_escaped(word)}%", f"%{_escaped(folded(word))}%"),
    )


def _both(one: Where, other: Where) -> Where:
    return Where(f"({one.sql} AND {other.sql})", (*one.given, *other.given))


def _is_one_token(word: str) -> bool:
    """Two characters beside each other, or one: what the tokens alone can tell."""
    return len(word) <= 2 and bool(RUN.fullmatch(folded(word)))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _mark(unit: str) -> str:
    escaped = unit.replace("\\", "\\\\").replace("'", "''")
    return f"'@{escaped}'"
