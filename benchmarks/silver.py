"""Reads the division-of-work documents beside the checkout: tasks, who led, who assisted, in which year."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from bihuan.learning import Example
from bihuan.plan.past_units import named_in
from bihuan.plan.unit_names import is_collective, office_key, plain

ROOT = Path(__file__).resolve().parents[1]
HOMES = (ROOT.parent / "shared", ROOT.parent.parent / "shared")
FOLDER = Path("data/decomposition")
# The year of each document, from its number and date; all of 2018-2019 came within 6 months.
YEARS = (("国办发〔2020〕43号", "2020"), ("安徽省人民政府办公厅", "2021"), ("三地一区", "2022"))
FIRST_YEARS = "2019"
# Branches of a national office by their place, and offices whose name holds no office word.
SAME = (
    ("海关", "海关"),
    ("人行", "人民银行"),
    ("人民银行", "人民银行"),
    ("银保监", "银保监"),
    ("证监", "证监"),
)
REMARK = re.compile(r"排在|列第一|下同|列出|以下")
NUMBERED = re.compile(r"^(具体措施：)?\s*[（(]?\d+[)）]?[.．、﹒]\s*")


def tasks() -> list[Example]:
    """Every task whose lead is one office, labelled by office: 教育部, 省教育厅 and 市教育局 are one label."""
    home = next((home / FOLDER for home in HOMES if (home / FOLDER).is_dir()), None)
    if home is None:
        raise FileNotFoundError("no ../shared/data/decomposition beside this checkout")
    return [*_silver(home / "tasks_silver.csv"), *_guangdong(home / "excerpts")]


def _silver(path: Path) -> Iterator[Example]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            year = next((year for part, year in YEARS if part in row["doc"]), FIRST_YEARS)
            yield from _example(row["task"], row["responsible"], year)


def _guangdong(folder: Path) -> Iterator[Example]:
    for path in folder.glob("*2025*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield from _example(row["title"], row["departments"], "2025")


def _example(task: str, responsible: str, year: str) -> Iterator[Example]:
    named = named_in(responsible)
    if not named.all or is_collective(named.all[0]):
        return  # 各地区、各部门负责: there is no office to suggest
    labels = dict.fromkeys(
        label(name)
        for name in named.all
        if not is_collective(name) and not REMARK.search(name) and len(name) <= 20
    )
    if labels:
        yield Example(NUMBERED.sub("", task), tuple(labels), year)


def label(name: str) -> str:
    """The office, whatever its level."""
    bare = plain(name)
    return next((same for part, same in SAME if part in bare), office_key(bare) or bare)
