"""For a random chain and a random tampering of each kind, the diagnosis names the right event and the right kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.ledger.chain import event_hash
from bihuan.kernel.ledger.diagnose import Finding, Known, diagnose
from tests.ledger.chains import TAMPERINGS, Row, Tampering, chains, rehash, renumber


@given(rows=chains(least=0))
def test_a_valid_chain_is_found_valid(rows: list[Row]) -> None:
    sealed = [Known(row["seq"], row["hash"]) for row in rows]
    assert diagnose("sm3", rows, sealed, sealed[-1] if sealed else None) is None


@pytest.mark.parametrize("tamper", TAMPERINGS)
@given(rows=chains(), data=st.data())
def test_each_tampering_is_named(tamper: Tampering, rows: list[Row], data: st.DataObject) -> None:
    wanted = tamper(rows, data)
    assert diagnose("sm3", rows) == wanted


@given(rows=chains(), data=st.data())
def test_events_cut_off_at_the_end_show_against_a_known_head(rows: list[Row], data: st.DataObject) -> None:  # fmt: skip
    head = Known(rows[-1]["seq"], rows[-1]["hash"])
    left = data.draw(st.integers(0, len(rows) - 1))
    assert diagnose("sm3", rows[:left]) is None
    assert diagnose("sm3", rows[:left], [head]) == Finding(left + 1, "removed")


@given(rows=chains(), data=st.data())
def test_events_added_at_the_end_show_against_the_case(rows: list[Row], data: st.DataObject) -> None:  # fmt: skip
    head = Known(rows[-1]["seq"], rows[-1]["hash"])
    for _ in range(data.draw(st.integers(1, 3))):
        rows.append({**rows[-1], "action": "forged"})
    renumber(rows)
    rehash(rows, head.seq, len(rows))
    assert diagnose("sm3", rows, [head]) is None  # after a seal, events may follow
    assert diagnose("sm3", rows, head=head) == Finding(head.seq + 1, "inserted")


@given(rows=chains(), data=st.data())
def test_a_tail_hashed_anew_to_its_end_shows_against_a_seal(rows: list[Row], data: st.DataObject) -> None:  # fmt: skip
    sealed = [Known(row["seq"], row["hash"]) for row in rows]
    start = data.draw(st.integers(0, len(rows) - 1))
    rows[start]["person_name"] += "x"
    rehash(rows, start, len(rows))
    assert diagnose("sm3", rows) is None
    anchor = data.draw(st.sampled_from(sealed[start:]))
    assert diagnose("sm3", rows, [*sealed[:start], anchor]) == Finding(anchor.seq, "re-hashed")


@given(rows=chains(), data=st.data())
def test_any_other_value_anywhere_is_found(rows: list[Row], data: st.DataObject) -> None:
    """Whatever the kind: no change of any column of any event passes."""
    row = data.draw(st.sampled_from(rows))
    column = data.draw(st.sampled_from(sorted(row)))
    before = row[column]
    row[column] = data.draw(st.integers(-2, 40) if column in ("seq", "version", "person") else st.text(max_size=3))  # fmt: skip
    known = Known(rows[-1]["seq"], rows[-1]["hash"])
    if row[column] != before:
        assert diagnose("sm3", rows, [known]) is not None
        assert event_hash("sm3", row) != row["hash"]
