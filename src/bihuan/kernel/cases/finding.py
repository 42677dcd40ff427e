"""Finding cases (查找): words and filters within what a person may see; a page and a count in bounded time. Writes nothing.

Where an index has the wanted cases in order, they are read from it. Where filters remain to be tried on each case, those
that fit are gathered first, FEW at most: then that is the whole list, counted exactly. Where more fit, they are so many
that trying the cases one after another, soonest due first, fills a page soon. A short trial before that spares gathering
what is everywhere. A list of what was opened last goes the same ways, by number instead of clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db import connection, transaction

from bihuan.kernel.cases.city import sealed_matters
from bihuan.kernel.cases.desks import SEALED_MARK, sealed_desk
from bihuan.kernel.cases.lanes import (
    ALWAYS,
    CAP,
    IN_ORDER,
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
from bihuan.kernel.cases.said import longer, said, written
from bihuan.kernel.cases.tokens import mark_of, query_of, query_of_marks
from bihuan.kernel.cases.waiting import Waiting

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
    """What is looked for; empty means anything. `fields` are the values that a field of the matter may have."""

    words: tuple[str, ...] = ()
    matter: str = ""
    state: str = ""
    unit: str = ""
    is_open: bool = False
    overdue_at: datetime | None = None
    due: Span = ALWAYS
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    waiting: Waiting | None = None  # only what waits for somebody
    only: tuple[int, ...] | None = None  # only these; some hundreds at most
    is_newest_first: bool = False  # by when it was opened, not by clock


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


def count(wanted: Wanted, sight: Sight) -> int:
    """How many fit and may be seen, CAP + 1 for more than CAP; one query that counts, and never beyond the cap."""
    return _Search(wanted, sight).count() if sight else 0


@dataclass(frozen=True)
class _Search:
    wanted: Wanted
    sight: Sight

    def page(self, after: Key | None, limit: int) -> Found:
        if not self._is_sifted:
            [total] = counts_of(self.lanes, [self.span])
            return Found(tuple(self._walk(after, limit)), total)
        if not self._is_everywhere():
            fit = self._gather(FEW + 1)
            if len(fit) <= FEW:
                rest = [
                    key for key in fit if after is None or self._place(key) > self._place(after)
                ]
                return Found(tuple(rest[:limit]), min(len(fit), CAP + 1))
        return Found(tuple(self._walk(after, limit)), CAP + 1)

    def count(self) -> int:
        if not self._is_sifted:
            return counts_of(self.lanes, [self.span])[0]
        conditions = self._gathered()
        given = [value for condition in conditions for value in condition.given]
        every = f"SELECT 1 FROM cases_case c WHERE {_all(conditions)} LIMIT {CAP + 1}"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({every}) f", given)
            return int(cursor.fetchone()[0])

    def _place(self, key: Key) -> tuple[object, ...]:
        return (-key.pk,) if self.wanted.is_newest_first else key.place

    def _walk(self, after: Key | None, limit: int) -> list[Key]:
        """The next ones in order, found by trying one after another."""
        if not self.wanted.is_newest_first:
            return page_of(self.lanes, self.span, after, limit)
        tried = [*self._all_tried(), *self._in_span(), *self._lying()]
        tried += [Where("c.\"end\" = ''")] if self.wanted.is_open else []
        below = Where("c.id < %s", (after.pk,)) if after else Where("true")
        inner = f"(SELECT * FROM cases_case c WHERE {below.sql} ORDER BY c.id DESC) c"
        sql = f"SELECT c.next_due_at AS due, c.id FROM {inner} WHERE {_all(tried)} ORDER BY c.id DESC LIMIT {limit}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(IN_ORDER)
            return keys_of(sql, [*below.given, *(v for one in tried for v in one.given)])

    @property
    def _is_sifted(self) -> bool:
        return any(lane.sift for lane in self.lanes)

    def _is_everywhere(self) -> bool:
        """Whether a walk of bounded length finds more than are counted."""
        if self.wanted.only is not None:
            return False
        if (self.wanted.words or self.wanted.fields) and _at_most(self._terms()) < MANY:
            return False
        hits = len(sample_of(self.lanes, self.span, CAP + 1, TRIAL))
        if hits <= (OFTEN if self.wanted.words else OFTEN_WORDLESS) or hits > CAP:
            return hits > CAP
        reach = min(STRIDE, TRIAL * CAP * 3 // (hits * 2))
        return len(sample_of(self.lanes, self.span, CAP + 1, reach)) > CAP

    def _gather(self, limit: int) -> list[Key]:
        """Up to so many of those that fit, in order; found by whatever index names the fewest."""
        conditions = self._gathered()
        sql = (
            "SELECT c.next_due_at AS due, c.id FROM cases_case c"
            f" WHERE {_all(conditions)} LIMIT {limit}"
        )
        given = [value for condition in conditions for value in condition.given]
        return sorted(keys_of(sql, given), key=self._place)

    def _gathered(self) -> list[Where]:
        """Everything that one query of an index can be asked."""
        conditions = [*self._filters(), *self._sealed(), *map(written, longer(self.wanted.words))]
        if terms := self._terms():
            conditions.append(Where("c.search @@ %s::tsquery", (" & ".join(terms),)))
        return conditions or [Where("true")]

    def _terms(self) -> list[str]:
        """Words, units and "open" as tokens of one query: the index cuts their lists before a case is looked at."""
        queries = filter(None, map(query_of, self.wanted.words))
        terms = [token for query in queries for token in query.split(" & ")]
        if self.sight.units and self.wanted.waiting is None:
            terms.append(_one_of(self.sight.desks))
        if self.wanted.unit:
            terms.append(_one_of(self._own_and_sealed()))
        if self.wanted.is_open or self.wanted.overdue_at or self.wanted.waiting:
            terms.append("'#open'")
        terms += [
            query_of_marks(mark_of(n, v) for v in vs)
            for n, vs in self.wanted.fields
            if vs and self._is_marked(n)
        ]
        return terms

    def _is_marked(self, name: str) -> bool:
        """Whether every version of the matter has its values of a field among the tokens."""
        versions = [m for m in matters_in_use() if m.key == self.wanted.matter]
        return bool(versions) and all(name in matter.filters for matter in versions)

    @cached_property
    def span(self) -> Span:
        late = self.wanted.overdue_at
        return Span(high=late, undated=False) if late else self.wanted.due

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The units on whose desks the wanted cases lie; empty where they lie on too many."""
        everywhere = () if self.sight.everything else self.sight.desks
        units = self._own_and_sealed() if self.wanted.unit else everywhere
        return units if len(units) <= MANY_DESKS + len(self.sight.sealed) else ()

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """The indexes that have them in order, and what is left to be tried on each."""
        if self.wanted.waiting is None:
            return (self._lane,)
        tried = [*self._all_tried(), *self._lying()]
        return tuple(lane.also(*tried) for lane in self.wanted.waiting.lanes)

    @property
    def _lane(self) -> Lane:
        sealed = tuple(self._sealed())
        tried = [*self._unseen(), *said(self.wanted.words), *self._said_by_fields()]
        if self.units:
            return self._desks().also(*self._beyond_desks(), *sealed, *tried)
        stood = Lane("cases_case c", "c.id", "c.next_due_at")
        if self._is_placed:
            here = Where("c.matter = e.matter AND c.state = e.state")
            places = self._places
            each = {"matter": [m for m, _ in places], "state": [s for _, s in places]}
            stood = replace(stood, rows=(here,), each=each)
        # Hardly a case is sealed: the row says it, and nothing has to be tried before it is counted.
        return replace(stood, rows=(*stood.rows, *sealed)).also(*tried)

    def _desks(self) -> Lane:
        """Desks; an ended case has no due instant, so that open ones without are few and indexed by themselves."""
        lane = desk_lane(self.units)
        if not self.wanted.is_open:
            return lane
        open_ones = (Where("c.\"end\" = ''"), Where(SEEN, (list(self.units),)))
        return replace(lane, undated=Lane("cases_case c", "c.id", "c.next_due_at", open_ones))

    def _all_tried(self) -> Iterable[Where]:
        """Everything that is tried on a case where no index of cases says it, but for its units and clock."""
        yield from self._beyond_desks()
        if self.wanted.waiting is None:  # whose desks say it
            yield from self._sealed()
        yield from self._said_by_fields()
        yield from said(self.wanted.words)

    def _lying(self) -> Iterable[Where]:
        """That a case lies on the desks of the wanted unit and of those in sight, and waits for whom it should."""
        if self.wanted.unit:
            yield Where(SEEN, (list(self._own_and_sealed()),))
        if not self.sight.everything and self.wanted.waiting is None:
            yield Where(SEEN, (list(self.sight.desks),))
        if self.wanted.is_newest_first and self.wanted.waiting is not None:
            yield self.wanted.waiting.holds

    def _said_by_fields(self) -> Iterable[Where]:
        for name, values in self.wanted.fields:
            yield Where("c.data->>%s = ANY(%s)", (name, list(values)))
        if self.wanted.only is not None:
            yield Where("c.id = ANY(%s::bigint[])", ([str(pk) for pk in self.wanted.only],))

    def _in_span(self) -> Iterable[Where]:
        """That the due instant lies in the span, said of a case."""
        span = self.span
        if span == ALWAYS:
            return
        parts = [Where("c.next_due_at IS NOT NULL")]
        parts += [Where("c.next_due_at >= %s", (span.low,))] if span.low else []
        parts += [Where("c.next_due_at < %s", (span.high,))] if span.high else []
        dated = " AND ".join(part.sql for part in parts)
        given = tuple(value for part in parts for value in part.given)
        yield Where(f"(({dated}){' OR c.next_due_at IS NULL' if span.undated else ''})", given)

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
        if self.wanted.matter and self.wanted.matter not in sealed:
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
        yield from self._said_by_fields()
        yield from self._in_span()
        if self.wanted.waiting is not None:
            yield self.wanted.waiting.holds

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


def _all(conditions: Sequence[Where]) -> str:
    return " AND ".join(condition.sql for condition in conditions) or "true"


def _mark(unit: str) -> str:
    escaped = unit.replace("\\", "\\\\").replace("'", "''")
    return f"'@{escaped}'"
