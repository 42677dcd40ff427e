"""The last day (收尾检查): everything is verified once more, from the events up. Reads; a second sweep must change nothing."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from bihuan.kernel.cases.engine import sweep
from bihuan.kernel.cases.verify import Wanted, parts
from bihuan.kernel.ledger.parts import run
from bihuan.simulation.invariants import require
from bihuan.simulation.run import STORED
from bihuan.simulation.year.bulk import (
    Link,
    check_ends,
    check_orphans,
    check_standing,
    check_swept,
)
from bihuan.simulation.year.setting import YearSetting
from bihuan.simulation.year.sights import check_sights
from bihuan.simulation.year.tellings import check_told
from bihuan.simulation.year.worker import Told

Checks = dict[str, object]
# A table's content, whatever order it is read in: bounded memory where a sorted text would not be.
CONTENT = "SELECT count(*), sum(('x' || md5(t::text))::bit(64)::bigint::numeric) FROM {table} t"
ENDS = "SELECT matter, \"end\", state, count(*) FROM cases_case WHERE matter LIKE 'hotline.%%' GROUP BY 1, 2, 3"
CLOCKS = "SELECT key, status, count(*) FROM cases_caseclock GROUP BY 1, 2 ORDER BY 1, 2"
ACTIONS = "SELECT action, count(*) FROM ledger_event WHERE matter <> '' GROUP BY 1 ORDER BY 1"
FILES = "SELECT DISTINCT sha256 FROM cases_evidence"
# Events without what only the order of the processes decides: numbers, and the tags that are bound to them.
LIVES = """
SELECT md5(string_agg(concat_ws('|', seq, at AT TIME ZONE 'UTC', action, person, post, unit, regexp_replace(
    body, '[A-Z]{2}[0-9]{4}-[0-9]{5,}|"tag":"[0-9a-f]+"', '#', 'g')), E'\\n' ORDER BY seq))
FROM ledger_event WHERE matter <> '' AND stream > %s AND (%s = '' OR stream <= %s) GROUP BY stream
"""
NTH = "SELECT stream FROM ledger_event WHERE stream > %s ORDER BY stream OFFSET %s LIMIT 1"
RANGE = 50_000  # events at a time


def check_all(
    setting: YearSetting, link: Link, told: Sequence[Told], tick: Callable[[str], None]
) -> Checks:
    """Every check of the end, in order; raises Broken at the first that fails."""
    now, done = setting.end, Checks()

    def check(name: str, what: Callable[[], object]) -> None:
        tick(name)
        done[name] = what()

    check("swept: no clock unlooked at, nothing owed", lambda: check_swept(link, now))
    check("open: every case has an active owner and an open clock", lambda: check_standing(link))
    check("ends: every good end confirmed by its matter's verifier", lambda: check_ends(link))
    check(
        "orphans: no notice, receipt, file, clock, desk, party without case and event",
        lambda: check_orphans(link),
    )
    check("conserved: opened = open + ended by kind", lambda: _conserved(link, told))
    check("files: each kept file is named by an event", lambda: _files(link))
    check("sights: sampled looks agree with roles", lambda: check_sights(link, setting, now))
    check("told: who joined a demand was told what became of it", lambda: check_told(link))
    check("sweep again: changes nothing", lambda: _sweep_again(link, now))
    check("ledger verify: chains, definitions, numbers, organisation, cases, files, personal values",
          lambda: _verify(setting, now))  # fmt: skip
    return {name: "holds" if found is None else found for name, found in done.items()}


def figures(link: Link) -> dict[str, object]:
    """What the year came to."""
    rows = link.execute(ENDS.encode()).fetchall()
    clocks: dict[str, dict[str, int]] = {}
    for key, status, count in link.execute(CLOCKS.encode()).fetchall():
        clocks.setdefault(key, {})[status] = count
    actions = {
        str(action): int(count) for action, count in link.execute(ACTIONS.encode()).fetchall()
    }
    [(size,)] = link.execute("SELECT pg_database_size(current_database())").fetchall()
    return {
        "events": sum(actions.values()), "ends": {f"{m} {s}": n for m, _, s, n in sorted(rows)},
        "clocks": clocks, "actions": actions, "database_megabytes": int(size) // 1_000_000,
    }  # fmt: skip


def head(link: Link) -> str:
    """One digest over all events of all demands: the same for a seed, however many processes lived it.

    Read some whole streams at a time; what is kept is 16 bytes for each.
    """
    lives: list[bytes] = []
    low = ""
    while True:
        found = link.execute(NTH, [low, RANGE]).fetchone()
        high = str(found[0]) if found else ""
        rows = link.execute(LIVES.encode(), [low, high, high]).fetchall()
        lives += [bytes.fromhex(str(life)) for (life,) in rows]
        if not high:
            return hashlib.sha256(b"".join(sorted(lives))).hexdigest()
        low = high


def _conserved(link: Link, told: Sequence[Told]) -> object:
    wanted: Counter[str] = Counter()
    for one in told:
        wanted.update(one.ends)
    rows = link.execute(ENDS.encode()).fetchall()
    found = Counter({f"{matter} {end or 'open'} {state}": n for matter, end, state, n in rows})
    require(
        found == wanted,
        "conserved",
        "",
        f"stored {dict(found - wanted)} more, lived {dict(wanted - found)} more",
    )
    opened = sum(one.opened + one.parts for one in told)
    require(
        sum(found.values()) == opened,
        "conserved",
        "",
        f"{opened} opened, {sum(found.values())} stored",
    )
    return opened


def _files(link: Link) -> object:
    """The store holds what events name and nothing else, but for files of calls that were cut off."""
    named = {str(digest) for (digest,) in link.execute(FILES).fetchall()}
    root = Path(str(settings.BIHUAN_FILES))
    kept = {path.name for path in root.glob("??/*")}
    require(named <= kept, "orphan", str(sorted(named - kept)[:1]), "a file is named and not kept")
    return {"named": len(named), "kept": len(kept)}


def _sweep_again(link: Link, now: datetime) -> None:
    before = _stored(link)
    sweep(now=now)
    require(_stored(link) == before, "sweep_again", "", "a second sweep changed something")


def _stored(link: Link) -> list[Any]:
    return [link.execute(CONTENT.format(table=table).encode()).fetchall() for table in STORED]


def _verify(setting: YearSetting, now: datetime) -> None:
    for fault in run(parts(now, Wanted(workers=setting.jobs if setting.jobs > 1 else 0))):
        require(False, "verify", fault.stream, str(fault))
