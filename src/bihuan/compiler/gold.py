"""Hand-labelled rows (金标): reads a gold file, finds the text it labels, and lists those of a folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bihuan.compiler.errors import CompileError

ENDING = ".gold.jsonl"
BESIDE = ("", "../reports")
ABOVE = ("reports", "data/reports", "shared/data/reports")

Row = dict[str, Any]


@dataclass(frozen=True)
class Gold:
    """The rows of one gold file, and what its header says: the text, its digest, the window read.

    Without a header the text is named like the gold file, and the window opens shortly before the
    first planned row; predictions outside the window are nobody's mistake.
    """

    rows: tuple[Row, ...]
    text: str = ""
    digest: str = ""
    window: tuple[int, int] | None = None

    @property
    def planned(self) -> list[Row]:
        """The rows of the plan, which are those that count as targets and deadlines."""
        return [row for row in self.rows if row["tense"] == "plan"]


def read_gold(lines: str) -> Gold:
    """A gold file: a header line with `text` if there is one, then a row a line."""
    rows = [json.loads(line) for line in lines.splitlines() if line.strip()]
    if rows and "text" in rows[0] and "value" not in rows[0]:
        head, *rest = rows
        window = (head["from"], head["to"]) if "from" in head else None
        return Gold(tuple(rest), head["text"], head.get("sha256", ""), window)
    return Gold(tuple(rows))


def load_gold(path: Path) -> Gold:
    """The gold file at `path`."""
    return read_gold(path.read_text(encoding="utf-8"))


def golds_in(folder: Path) -> list[Path]:
    """The gold files of a folder, by name."""
    return sorted(folder.glob(f"*{ENDING}"))


def find_text(path: Path, gold: Gold) -> Path:
    """The text that the gold file at `path` labels; CompileError where it is absent or another."""
    for place in _places(path, gold):
        if place.is_file():
            data = place.read_bytes()
            if gold.digest and hashlib.sha256(data).hexdigest() != gold.digest:
                raise CompileError(
                    "gold-of-another-text",
                    f"{place} 不是 {path.name} 标注时的文本。",
                    f"{place} is not the text that {path.name} labels.",
                    "换回标注时的文件,或重新标注。",
                )
            return place
    raise CompileError(
        "no-text",
        f"没有找到 {path.name} 标注的文本。",
        f"The text that {path.name} labels was not found.",
        "把文本放在同一目录或 ../shared/data/reports。",
    )


def _places(path: Path, gold: Gold) -> Iterator[Path]:
    name = path.name.removesuffix(ENDING)
    names = (gold.text,) if gold.text else (f"{name}.md", f"{name}.txt")
    folder = path.resolve().parent
    homes = [folder / beside for beside in BESIDE]
    homes += [above / place for above in folder.parents for place in ABOVE]
    for home in homes:
        yield from (home / each for each in names)
