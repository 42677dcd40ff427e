"""The house rules that a machine can check. Their reasons are in CONTRIBUTING.md."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import (
    SOURCE,
    all_files,
    functions,
    is_migration,
    name_of,
    parsed,
    source_files,
)

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
# What may be longer, with the reason. These lists only shrink.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}

VAGUE = {"utils", "helpers", "common", "services", "managers"}
SEEN = {"web", "api", "config"}  # what the outside sees: it may know HTTP and the wall clock
OF_THE_WEB = {"views", "serializers", "forms", "urls", "admin", "signals"}
OF_HTTP = ("django.http", "django.forms", "django.template", "django.shortcuts", "django.urls")
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create"}
LEDGERED = {"Case", "Event"}
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("timezone", "now"),
    ("timezone", "localtime"),
    ("timezone", "localdate"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}


def _part(path: Path) -> str:
    """The package below bihuan that a file belongs to, such as kernel."""
    return path.relative_to(SOURCE).parts[0]


def _calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]


def test_every_file_says_what_lives_in_it() -> None:
    silent = [
        name_of(path)
        for path in all_files()
        if not is_migration(path) and not ast.get_docstring(parsed(path))
    ]
    assert silent == []


def test_no_file_is_longer_than_the_limit() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in all_files()}
    long = {name for name, lines in lengths.items() if lines > LONGEST_FILE}
    assert long == set(LONG_FILES), "split it by what it does; a mended exception leaves the list"


def test_no_function_is_longer_than_the_limit() -> None:
    long = {
        f"{name_of(path)}:{dotted}"
        for path in all_files()
        if not is_migration(path)
        for dotted, _, lines in functions(path)
        if lines > LONGEST_FUNCTION
    }
    assert long == set(LONG_FUNCTIONS), "name its steps; a mended exception leaves the list"


def test_no_migration_has_a_machine_made_name() -> None:
    assert [name_of(path) for path in source_files() if "_auto_" in path.name] == []


def test_no_module_has_a_vague_name() -> None:
    assert [name_of(path) for path in all_files() if path.stem in VAGUE] == []


def test_domains_and_kernel_hold_no_file_of_the_web() -> None:
    forbidden = [
        name_of(path)
        for path in source_files()
        if _part(path) not in SEEN and path.stem in OF_THE_WEB
    ]
    assert forbidden == []


def test_domains_and_kernel_know_no_http() -> None:
    """Import contracts cannot name a part of Django, so the trees are read."""
    knowing = [
        f"{name_of(path)}: {module}"
        for path in source_files()
        if _part(path) not in SEEN
        for module in _imported(path)
        if module.startswith(OF_HTTP)
    ]
    assert knowing == []


def _imported(path: Path) -> list[str]:
    """The full names that a file imports, wherever in the file."""
    names: list[str] = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def test_below_the_web_nobody_reads_the_wall_clock() -> None:
    readers = [
        f"{name_of(path)}:{call.lineno}"
        for path in source_files()
        if _part(path) not in SEEN
        for call in _calls(path)
        if isinstance(call.func, ast.Attribute) and _clock(call.func) in CLOCKS
    ]
    assert readers == [], "take the instant as an argument called now"


def _clock(function: ast.Attribute) -> tuple[str, str]:
    """The last two names of a call such as datetime.datetime.now."""
    owner = function.value
    if isinstance(owner, ast.Attribute):
        return owner.attr, function.attr
    return (owner.id if isinstance(owner, ast.Name) else ""), function.attr


def test_only_the_kernel_writes_cases_and_events() -> None:
    writers = [
        f"{name_of(path)}:{call.lineno}"
        for path in source_files()
        if _part(path) != "kernel"
        for call in _calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in WRITES
        and _touches_ledger(call.func.value)
    ]
    assert writers == [], "a case moves through kernel.cases.engine only"


def _touches_ledger(owner: ast.AST) -> bool:
    """Whether an expression names Case or Event, or a variable called case, event or the like."""
    names = {node.id for node in ast.walk(owner) if isinstance(node, ast.Name)}
    named = {name.lower().rstrip("s") for name in names}
    return bool(names & LEDGERED) or bool(named & {entry.lower() for entry in LEDGERED})


@pytest.mark.parametrize(("file", "most"), [("engine.py", 300), ("definition.py", 250)])
def test_the_engine_stays_small(file: str, most: int) -> None:
    for path in (SOURCE / "kernel").rglob(file):
        assert len(path.read_text().splitlines()) <= most, name_of(path)


def test_no_matter_is_special_to_the_kernel() -> None:
    """`if matter.key == …` would make the engine know its matters."""
    special = [
        f"{name_of(path)}:{node.lineno}"
        for path in source_files()
        if _part(path) == "kernel"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Compare) and _compares_matter_key(node)
    ]
    assert special == []


def _compares_matter_key(node: ast.Compare) -> bool:
    sides = [node.left, *node.comparators]
    keys = [side for side in sides if isinstance(side, ast.Attribute) and side.attr == "key"]
    literal = any(isinstance(side, ast.Constant) for side in sides)
    return literal and any("matter" in ast.unparse(side.value) for side in keys)
