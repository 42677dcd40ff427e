"""Random valid chains and every way to tamper with one, in plain values: what the diagnosis is tested on."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from bihuan.kernel.ledger.chain import GENESIS, Algorithm, canonical, event_hash
from bihuan.kernel.ledger.diagnose import Finding

Row = dict[str, Any]
# Whatever a person can type and PostgreSQL can hold: no NUL, no lone surrogate.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
HOSTILE = st.one_of(
    TEXT, st.sampled_from(['"', "\\", "\u2028", "\u2029", "\x7f", "\x1f", "😀", "a\"b\\c\n\r\t\b\f", "</script>", "\\u0000"])
)  # fmt: skip


@st.composite
def columns(draw: st.DrawFn) -> Row:
    """The columns of an event that say what happened."""
    content = draw(
        st.dictionaries(HOSTILE, st.one_of(HOSTILE, st.integers(), st.none()), max_size=3)
    )
    return {
        "at": draw(st.datetimes().map(lambda at: at.isoformat(timespec="microseconds") + "+00:00")),
        "action": draw(HOSTILE), "person": draw(st.none() | st.integers(1, 2**60)),
        "person_name": draw(HOSTILE), "post": draw(HOSTILE), "unit": draw(HOSTILE),
        "matter": draw(HOSTILE), "version": draw(st.integers(0, 9)), "definition": draw(HOSTILE),
        "body": canonical(content).decode(),
    }  # fmt: skip


def linked(algorithm: Algorithm, contents: list[Row], stream: str = "RW2024-00001") -> list[Row]:
    """A valid chain of these contents."""
    rows: list[Row] = []
    head = GENESIS
    for seq, content in enumerate(contents, 1):
        row = {**content, "stream": stream, "seq": seq, "prev": head}
        row["hash"] = head = event_hash(algorithm, row)
        rows.append(row)
    return rows


def chains(least: int = 3, most: int = 8) -> st.SearchStrategy[list[Row]]:
    """A valid SM3 chain; each event differs from the others."""

    def numbered(contents: list[Row]) -> list[Row]:
        apart = [{**c, "action": f"{n}{c['action']}"} for n, c in enumerate(contents)]
        return linked("sm3", apart)

    return st.lists(columns(), min_size=least, max_size=most).map(numbered)


def rehash(rows: list[Row], start: int, stop: int) -> None:
    """Link and hash rows[start:stop] anew, as somebody who knows the code would."""
    for at in range(start, stop):
        rows[at]["prev"] = rows[at - 1]["hash"] if at else GENESIS
        rows[at]["hash"] = event_hash("sm3", rows[at])


def renumber(rows: list[Row]) -> None:
    """Give the rows running numbers in their present order."""
    for seq, row in enumerate(rows, 1):
        row["seq"] = seq


ALTERABLE = (
    "action", "person_name", "post", "unit", "body", "at", "prev", "hash", "version",
)  # fmt: skip
Tampering = Callable[[list[Row], st.DataObject], Finding]


def change(rows: list[Row], data: st.DataObject) -> Finding:
    """A column of one event, its hash left as it is."""
    at = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(ALTERABLE))
    rows[at][column] = 77 if column == "version" else f"{rows[at][column]}x"
    return Finding(at + 1, "changed")


def remove(rows: list[Row], data: st.DataObject) -> Finding:
    """One or more events, gaps left; never the last, whose absence only a known head shows."""
    at = data.draw(st.integers(0, len(rows) - 2))
    del rows[at : data.draw(st.integers(at + 1, len(rows) - 1))]
    return Finding(at + 1, "removed")


def remove_and_renumber(rows: list[Row], data: st.DataObject) -> Finding:
    """The same, with the gap closed."""
    finding = remove(rows, data)
    renumber(rows)
    return finding


def insert_and_renumber(rows: list[Row], data: st.DataObject) -> Finding:
    """A forged event between two others, linked and hashed or not; the later ones get higher numbers."""
    at = data.draw(st.integers(0, len(rows) - 1))
    forged = {**rows[at], "action": "forged"}
    rows.insert(at, forged)
    renumber(rows)
    if data.draw(st.booleans()):
        rehash(rows, at, at + 1)
    return Finding(at + 1, "inserted")


def copy_and_renumber(rows: list[Row], data: st.DataObject) -> Finding:
    """A genuine event once more at a later place."""
    source = data.draw(st.integers(0, len(rows) - 2))
    at = data.draw(st.integers(source + 1, len(rows) - 1))
    rows.insert(at, dict(rows[source]))
    renumber(rows)
    return Finding(at + 1, "inserted")


def exchange(rows: list[Row], data: st.DataObject) -> Finding:
    """The numbers of two events."""
    one, other = sorted(data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=2, max_size=2, unique=True)))  # fmt: skip
    rows[one]["seq"], rows[other]["seq"] = rows[other]["seq"], rows[one]["seq"]
    return Finding(one + 1, "reordered")


def move(rows: list[Row], data: st.DataObject) -> Finding:
    """One event to another place, all renumbered."""
    source, to = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=2, max_size=2, unique=True))  # fmt: skip
    rows.insert(to, rows.pop(source))
    renumber(rows)
    return Finding(min(source, to) + 1, "reordered")


def misnumber(rows: list[Row], data: st.DataObject) -> Finding:
    """The number of one event to one that nothing has."""
    at = data.draw(st.integers(0, len(rows) - 1))
    rows[at]["seq"] = data.draw(st.sampled_from([-3, 0, len(rows) + 1, len(rows) + 50]))
    return Finding(at + 1, "reordered")


def rewrite(rows: list[Row], data: st.DataObject) -> Finding:
    """A run of events with fresh links and hashes; the one after it still points to the old one."""
    start = data.draw(st.integers(0, len(rows) - 2))
    stop = data.draw(st.integers(start + 1, len(rows) - 1))
    rows[start]["person_name"] += "x"
    rehash(rows, start, stop)
    return Finding(stop, "re-hashed")


TAMPERINGS: tuple[Tampering, ...] = (
    change, remove, remove_and_renumber, insert_and_renumber, copy_and_renumber, exchange, move,
    misnumber, rewrite,
)  # fmt: skip
