"""One run: performs operations one after another, reads what each wrote, and asserts every invariant on it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType

import psycopg
from django.db import connection

from bihuan.kernel.cases.city import algorithm, city, matter_at, work_calendar
from bihuan.kernel.errors import KernelError
from bihuan.kernel.ledger.append import Link, append
from bihuan.kernel.ledger.chain import canonical, digest
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting, actings_of
from bihuan.simulation.database import link_to
from bihuan.simulation.doors import Answer, actor_of
from bihuan.simulation.faults import FAULTS, Scene
from bihuan.simulation.invariants import (
    Broken,
    check_appointment,
    check_carried_over,
    check_chain,
    check_move,
    require,
)
from bihuan.simulation.ledger import Row, Seen, Witness
from bihuan.simulation.memory import POSTS, UNITS, Chronicle, Memory
from bihuan.simulation.operations import Operation, Setting
from bihuan.simulation.projections import Projections
from bihuan.simulation.traces import STREAM
from bihuan.simulation.values import MARK

NUMBERING = (  # people have ids of their own choosing, so that the seed decides them
    "SELECT setval(pg_get_serial_sequence('orgs_person', 'id'),"
    " GREATEST(1, (SELECT max(id) FROM orgs_person)))"
)
DUE = (
    "SELECT DISTINCT c.number FROM cases_caseclock k JOIN cases_case c ON c.id = k.case_id"
    " WHERE k.is_open AND k.status = 'running' AND k.due_at < %s"
)
AROUND = """
SELECT (SELECT count(*) FROM cases_receipt),
  (SELECT string_agg(series || last, ' ' ORDER BY series COLLATE "C") FROM cases_counter WHERE last > 0),
  (SELECT string_agg(t.id || ':' || t.xmin, ' ' ORDER BY t.id) FROM cases_case t WHERE t.id = ANY(f.ids)),
  (SELECT string_agg(t.id || ':' || t.xmin, ' ' ORDER BY t.id) FROM cases_caseclock t WHERE t.case_id = ANY(f.ids)),
  (SELECT string_agg(t.id || ':' || t.xmin, ' ' ORDER BY t.id) FROM cases_casedesk t WHERE t.case_id = ANY(f.ids)),
  (SELECT string_agg(t.id || ':' || t.xmin, ' ' ORDER BY t.id) FROM cases_caseparty t WHERE t.case_id = ANY(f.ids)),
  (SELECT string_agg(t.id || ':' || t.xmin, ' ' ORDER BY t.id) FROM cases_evidence t WHERE t.case_id = ANY(f.ids)),
  (SELECT count(*) FROM cases_notice t WHERE t.case_id = ANY(f.ids))
FROM (SELECT array_agg(o.id) AS ids FROM cases_case c JOIN cases_case o
  ON o.id = c.id OR o.id = c.parent_id OR o.parent_id = c.id WHERE c.number = %s) f
"""


@dataclass
class Tally:
    """What a run has counted."""

    operations: int = 0
    events: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)


class World:
    """A city in a fresh database. Use it as a context: it holds a connection that only looks."""

    def __init__(self, setting: Setting, *, oracles: bool = True) -> None:
        self.setting = setting
        self.oracles = oracles
        self.memory = Memory(city())
        self.tally = Tally()
        self.done: list[Operation] = []
        self.rows: dict[str, Row] = {}
        self.touched: dict[str, None] = {}  # cases that moved since somebody last asked
        self._heads: dict[str, tuple[int, str]] = {}
        self._times: dict[str, datetime] = {}
        self._moved: dict[str, None] = {}  # cases that moved since the last sweep
        self._actings: dict[int, tuple[Acting, ...]] = {}
        self._posts_since = setting.start
        self._link: psycopg.Connection[object] | None = None

    def __enter__(self) -> "World":
        self._link = link_to(str(connection.settings_dict["NAME"]))
        self.witness = Witness(self._link)
        self._projections = Projections(self.memory, work_calendar(), self.witness)
        self._begin()
        self._marks = self.witness.marks()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._link is not None:
            self._link.execute(NUMBERING)
            self._link.close()
        connection.close()

    def _begin(self) -> None:
        """The first event of the database says that all in it is simulated."""
        content: dict[str, Json] = {
            "seed": self.setting.seed, "days": self.setting.days, "catalog": city().info.key,
            "note": MARK,
        }  # fmt: skip
        append(
            STREAM, Link(), at=self.setting.start, action="begin", actor=SYSTEM_ACTOR,
            content=content, algorithm=algorithm(),
        )  # fmt: skip
        self._take_in(self.witness.news(), None)

    def perform(self, operation: Operation) -> Sequence[Answer] | None:
        """Do it and check what it wrote; None where it does not apply (its case was never opened)."""
        number = self.memory.labels.get(operation.case, "")
        if operation.case and not number:
            return None
        self.done.append(operation)
        self.tally.operations += 1
        if operation.fault_kind:
            self.tally.faults[operation.fault_kind] += 1
        due = self._due(operation) if operation.do == "sweep" else []
        answers = self._struck(operation, number)
        for answer in answers:
            if answer.refusal:
                self.tally.refusals[answer.refusal] += 1
        self._look(operation, answers, due)
        return answers

    def _struck(self, operation: Operation, number: str) -> Sequence[Answer]:
        seq = self.rows[number].seq if number else 0
        assert self._link is not None
        scene = Scene(operation, number, seq, self._link, lambda: self._around(number), self._actor)
        try:
            return FAULTS[operation.fault_kind](scene)
        except (Broken, KeyboardInterrupt):
            raise
        except KernelError as error:
            raise Broken("no_error", scene.label, f"{type(error).__name__}: {error}") from error
        except Exception as error:
            connection.close()
            what = f"{type(error).__name__}: {error}".strip().splitlines()[0]
            raise Broken("no_error", scene.label, what) from error

    def _actor(self, operation: Operation) -> Acting | None:
        """The person in the post they act from, if they hold it at that instant; asked once until a post changes hands."""
        if operation.at < self._posts_since:
            return actor_of(actings_of(operation.person, operation.at), operation.post)
        if operation.person not in self._actings:
            self._actings[operation.person] = actings_of(operation.person, operation.at)
        return actor_of(self._actings[operation.person], operation.post)

    def _around(self, number: str) -> object:
        """The versions of all rows of a case, its parent and its children, and whatever else could grow."""
        return (self.witness.marks(), self.witness.rows(AROUND, number))

    def _due(self, operation: Operation) -> list[str]:
        return sorted(row[0] for row in self.witness.rows(DUE, operation.at))

    def _look(self, operation: Operation, answers: Sequence[Answer], due: list[str]) -> None:
        news = self.witness.news()
        touched = self._take_in(news, operation)
        for number in due:
            case = self.memory.cases[number]
            case.looked_at = max(operation.at, case.last.at)
            touched[number] = case
        if self.oracles:
            self._check_once(operation, answers, news)
            self._check_refused(operation, answers, news)
        if touched:
            check = self._projections.check if self.oracles else self._rows_of
            self.rows.update(check(list(touched.values())))
            self.touched.update(dict.fromkeys(touched))
        if operation.do == "merge_unit" and self.oracles:
            check_carried_over(self.memory)
        self._moved.update(dict.fromkeys(touched))
        if operation.do == "sweep" and self.oracles:
            for number in self._moved:
                self._projections.check_swept(self.memory.cases[number], operation.at)
            self._moved.clear()
        self._marks = self.witness.noted

    def _rows_of(self, touched: Sequence[Chronicle]) -> dict[str, Row]:
        return self.witness.cases([case.number for case in touched])

    def _take_in(self, news: Sequence[Seen], operation: Operation | None) -> dict[str, Chronicle]:
        touched: dict[str, Chronicle] = {}
        opened = 0
        for event in news:  # the cases that go over stand before the merger itself
            if event.stream == UNITS:
                self.memory.merged(event)
        for event in news:
            self.tally.events += 1
            if self.oracles:
                self._check_link(event)
            if not event.is_of_case:
                self._take_in_own(event)
                continue
            case = self.memory.cases.get(event.stream)
            if case is None:
                label = f"{operation.id if operation else 0}.{opened}"
                matter, _ = matter_at(event.matter, event.version)
                case = self.memory.open(event, label, matter)
                opened += 1
            case.add(event, event.content)
            touched[event.stream] = case
            if self.oracles:
                check_move(event, case, self.memory)
        return touched

    def _take_in_own(self, event: Seen) -> None:
        if event.stream == POSTS:
            if self.oracles:
                check_appointment(event, self.memory)
            self.memory.appointed(event)
            self._actings.clear()
            self._posts_since = max(self._posts_since, event.at)

    def _check_link(self, event: Seen) -> None:
        seq, head = self._heads.get(event.stream, (0, ""))
        case = self.memory.cases.get(event.stream)
        label = case.label if case else event.stream
        check_chain(event, seq, head, algorithm(), label)
        before = self._times.get(event.stream, event.at)
        require(
            before <= event.at, "time_forward", label, f"event {event.seq} is older than the last"
        )
        self._heads[event.stream] = (event.seq, event.hash)
        self._times[event.stream] = event.at

    def _check_once(
        self, operation: Operation, answers: Sequence[Answer], news: Sequence[Seen]
    ) -> None:
        """What was acknowledged is on disk, once, and nothing else was done by anybody."""
        if operation.do not in ("act", "open"):
            return
        promised = {(a.number, a.seq) for a in answers if a.is_yes}
        written = [
            (event.stream, event.seq)
            for event in news
            if event.person is not None and event.is_of_case and not _is_opened_by_action(event)
        ]
        label = operation.case or operation.name
        told = sorted(number for number, _ in promised)
        require(
            sorted(number for number, _ in written) == told
            and all(event <= answer for event, answer in zip(sorted(written), sorted(promised), strict=True)),
            "once", label,
            f"acknowledged {sorted(promised)}, on disk {sorted(written)}",
        )  # fmt: skip

    def _check_refused(
        self, operation: Operation, answers: Sequence[Answer], news: Sequence[Seen]
    ) -> None:
        if any(answer.is_yes for answer in answers):
            return
        label = operation.case or operation.name
        require(not news, "nothing_written", label, f"a refused call wrote {len(news)} events")
        require(self.witness.noted == self._marks, "nothing_written", label, "a refused call wrote")
        number = self.memory.labels.get(operation.case)
        if number:
            now = self.witness.cases([number])[number]
            same = now.version_of_row == self.rows[number].version_of_row
            require(same, "nothing_written", label, "a refused call touched the case")

    def head(self) -> str:
        """One digest over the heads of all streams: the same seed gives the same, on any machine."""
        return digest("sha256", canonical([list(pair) for pair in self.witness.heads()]))


def _is_opened_by_action(event: Seen) -> bool:
    return event.action == "open" and bool(event.content["parent"])
