"""Imports point down, and functions are not copied."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture import clones, contracts
from tests.architecture.tree import source_files

TWINS = '''
def settle(case, now):
    """Words differ."""
    first = case.open
    second = now + 1
    if first:
        return second
    return None

def close(event, at):
    start = event.closed
    end = at + 99
    if start:
        return end
    return None

def other(event, at):
    start = event.closed
    end = at - 99
    if start:
        return end
    return None
'''


def test_every_import_contract_is_kept() -> None:
    assert contracts.problems() == []


def test_clones_stay_below_the_ratchet() -> None:
    found = clones.measure(source_files())
    assert found.percent <= clones.limit(), found.groups


def test_functions_alike_but_for_names_and_constants_are_found() -> None:
    settle, close, other = ast.parse(TWINS).body

    assert clones.shape(settle) == clones.shape(close)
    assert clones.shape(settle) != clones.shape(other)


def test_the_ratchet_file_holds_one_percentage() -> None:
    assert 0 <= clones.limit() <= 4
    assert Path(clones.LIMIT_FILE).read_text().count("\n") == 1
