"""Reads the source tree for the architecture tests. States no rule itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "bihuan"
TESTS = ROOT / "tests"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    """The path as rules and exceptions write it, such as src/bihuan/config/serve.py."""
    return path.relative_to(ROOT).as_posix()


@cache
def source_files() -> tuple[Path, ...]:
    """Every Python file of the product."""
    return tuple(sorted(SOURCE.rglob("*.py")))


@cache
def all_files() -> tuple[Path, ...]:
    """Every Python file of the product, its tests and its tools, in the order of their names."""
    below = (path for part in ("src", "tests", "tools") for path in (ROOT / part).rglob("*.py"))
    return tuple(sorted(below))


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[tuple[str, Function, int]]:
    """Each function of a file: its dotted name, its tree, its length in lines with docstring."""
    pending: list[tuple[str, ast.AST]] = [("", parsed(path))]
    while pending:
        prefix, node = pending.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function | ast.ClassDef):
                dotted = f"{prefix}.{child.name}".lstrip(".")
                if isinstance(child, Function):
                    yield dotted, child, (child.end_lineno or child.lineno) - child.lineno + 1
                pending.append((dotted, child))
            else:
                pending.append((prefix, child))


def is_migration(path: Path) -> bool:
    """Whether the file is a database migration, which a machine writes in part."""
    return path.parent.name == "migrations" and path.name != "__init__.py"
