"""Measures clones: functions alike once names and constants are erased. `make check` runs it."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.architecture.tree import (
    Function,
    functions,
    is_migration,
    name_of,
    source_files,
)

LEAST_LINES = 6
LIMIT_FILE = Path(__file__).with_name("clone_ratchet.txt")


@dataclass(frozen=True)
class Clones:
    """How many functions were compared, and the groups that are alike."""

    compared: int
    groups: tuple[tuple[str, ...], ...]

    @property
    def percent(self) -> float:
        """The share of functions that have a twin, in percent."""
        alike = sum(len(group) for group in self.groups)
        return 100 * alike / self.compared if self.compared else 0.0


def shape(node: ast.AST) -> str:
    """The syntax tree as text, without names, constants and docstrings."""
    if isinstance(node, ast.Constant):
        return "Constant"
    parts = [shape(child) for child in _children(node)]
    return f"{type(node).__name__}({','.join(parts)})"


def _children(node: ast.AST) -> list[ast.AST]:
    children = list(ast.iter_child_nodes(node))
    documented = isinstance(node, Function | ast.ClassDef) and ast.get_docstring(node) is not None
    if documented and isinstance(node, Function | ast.ClassDef):
        children.remove(node.body[0])
    return children


def measure(files: tuple[Path, ...]) -> Clones:
    """Compare every function of at least LEAST_LINES lines, without docstring, with all others."""
    alike: dict[str, list[str]] = defaultdict(list)
    compared = 0
    for path in files:
        if is_migration(path):
            continue
        for dotted, function, _ in functions(path):
            if _lines(function) >= LEAST_LINES:
                compared += 1
                alike[shape(function)].append(f"{name_of(path)}:{function.lineno} {dotted}")
    return Clones(compared, tuple(tuple(group) for group in alike.values() if len(group) > 1))


def _lines(function: Function) -> int:
    last = function.end_lineno or function.lineno
    documented = ast.get_docstring(function) is not None
    docstring = function.body[0]
    skipped = (docstring.end_lineno or 0) - docstring.lineno + 1 if documented else 0
    return last - function.lineno + 1 - skipped


def limit() -> float:
    """The percentage that may not be exceeded; it only goes down."""
    return float(LIMIT_FILE.read_text().strip())


def main() -> int:
    """Say the measure, and each group when it is over the limit."""
    found = measure(source_files())
    sys.stdout.write(
        f"clones: {found.percent:.1f}% of {found.compared} functions (limit {limit()}%)\n"
    )
    if found.percent <= limit():
        return 0
    for group in found.groups:
        sys.stdout.write("  alike: " + "; ".join(group) + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
