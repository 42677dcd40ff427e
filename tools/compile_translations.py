"""Compiles every .po below a directory to the .mo beside it, without GNU gettext."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_all(root: Path) -> int:
    """Write each missing or outdated .mo; return how many. A fuzzy translation is left out."""
    written = 0
    for source in sorted(root.rglob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parts[-3], abort_invalid=True)
        draft = target.with_suffix(f".mo.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalog, use_fuzzy=False)
        draft.replace(target)
        written += 1
    return written


if __name__ == "__main__":
    compile_all(Path(sys.argv[1]))
