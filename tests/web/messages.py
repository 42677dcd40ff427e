"""Collects every message that a person can read: of templates, gettext calls and N_() marks. Used by the test beside it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import bihuan

SOURCE = Path(bihuan.__file__).parent
MARKS = {"N_", "_", "gettext", "gettext_lazy", "ngettext"}
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b(.*?)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.S)
TAG = re.compile(r"""{%\s*trans(?:late)?\s+(?:"([^"]*)"|'([^']*)')""")
UNDER = re.compile(r"""_\("([^"]*)"\)""")
VARIABLE = re.compile(r"{{\s*([\w.]+)[^}]*}}")
PLURAL = re.compile(r"{%\s*plural\s*%}")


def of_templates() -> Iterator[tuple[str, str]]:
    """(message, file) of every template."""
    for path in SOURCE.rglob("templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        for found in TAG.finditer(text):
            yield found[1] or found[2], path.name
        for found in UNDER.finditer(text):
            yield found[1], path.name
        for found in BLOCK.finditer(text):
            first = PLURAL.split(found[2])[0]
            yield VARIABLE.sub(r"%(\1)s", first.replace("%", "%%")), path.name


def of_python() -> Iterator[tuple[str, str]]:
    """(message, file) of every literal in a translating call, in the kernel, the plan and the pages."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in MARKS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, path.name


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""
