"""Cells of the decomposition table read (读单元格): what a person typed in Excel, as a value of the task's form.

Digits of any width, dates as Excel's serials or as words, units and posts by any of their names; what cannot be read
is refused with the names that come near.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from bihuan.kernel.catalog.city import City
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.matters.fields import Json
from bihuan.papers import Value, as_text

EXCEL_BEGINS = date(1899, 12, 30)
SPLITS = re.compile(r"[、,，;；\n]+")
DAY = re.compile(
    r"(?P<year>\d{4})[年./\-](?P<month>\d{1,2})[月./\-](?P<day>\d{1,2})日?(?:[T ]\d{1,2}:\d{2}.*)?"
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
MONTH_END = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(?:底|末)(?:前)?")
YEAR_END = re.compile(r"(?:(\d{4})年)?年?底(?:前)?")
BOUNDS = {"达到": "eq", "不低于": "ge", "超过": "gt", "不高于": "le", "低于": "lt", "约": "approx"}
SIZES = {"亿": Decimal(10) ** 8, "万": Decimal(10) ** 4}
NUMBER = r"-?\d+(?:\.\d+)?[亿万]?"
TARGET = re.compile(
    rf"(?P<measure>.+?)\s*[:：]?\s*(?P<bound>{'|'.join(BOUNDS)})\s*(?P<value>{NUMBER})"
    rf"(?:\s*(?:至|~|～|—|-)\s*(?P<value_max>{NUMBER}))?\s*(?P<unit>[^()\d]*?)"
    rf"(?:\(年初基数\s*(?P<baseline>{NUMBER})?\s*[^()]*\))?"
)
SUGGESTED = "（建议）"


def normal(value: Value) -> str:
    """A cell's text with digits and brackets of one width, without blanks at its ends."""
    return unicodedata.normalize("NFKC", as_text(value)).strip()


def squeezed(value: Value) -> str:
    """The same without any blanks: what two cells are compared by."""
    return "".join(normal(value).split())


def read_text(value: Value) -> Json:
    """Text as it was typed, without blanks at its ends."""
    return as_text(value).strip() or None


def read_number(value: Value) -> Json:
    """A number, also with thousands separators, digits of full width, 万 or 亿."""
    text = normal(value).replace(",", "")
    if not text:
        return None
    size = SIZES.get(text[-1], Decimal(1))
    try:
        number = Decimal(text.rstrip("亿万") if len(text) > 1 else text) * size
    except InvalidOperation:
        raise _cannot(
            N_("“%(text)s”不是数字。"), value, N_("请填数字，例如 1200 或 3.5。")
        ) from None
    return format(number.normalize(), "f") if number else "0"


def read_day(value: Value, year: int) -> Json:
    """A day: a date, Excel's serial number, 2023年6月30日, 2023.6.30, 20230630, 6月底, 年底."""
    if isinstance(value, date):
        return value.isoformat()
    text = normal(value)
    if not text:
        return None
    try:
        day = _serial(text) or _written(text, year)
    except (ValueError, OverflowError):
        day = None
    if day is None:
        raise _cannot(N_("“%(text)s”不是日期。"), value, N_("请填日期，例如 2023-06-30。"))
    return day.isoformat()


def _serial(text: str) -> date | None:
    if not re.fullmatch(r"\d{5}(\.\d+)?", text):
        return None
    return EXCEL_BEGINS + timedelta(days=int(Decimal(text)))


def _written(text: str, year: int) -> date | None:
    packed = "".join(text.split()) if "年" in text else text
    if found := DAY.fullmatch(packed):
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := COMPACT.fullmatch(packed):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := MONTH_END.fullmatch(packed):
        whole, month = int(found[1] or year), int(found[2])
        return date(whole + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    if found := YEAR_END.fullmatch(packed):
        return date(int(found[1] or year), 12, 31)
    return None


@dataclass(frozen=True)
class Names:
    """What units, or posts, are called: every name that names just one, and the name that is offered."""

    codes: Mapping[str, str]  # squeezed name → code
    shown: Mapping[str, str]  # code → name

    def near(self, text: str) -> str:
        """The names of those that a misspelt one may mean."""
        keys = get_close_matches(text, list(self.codes), n=6, cutoff=0.5)
        codes = dict.fromkeys(self.codes[key] for key in keys)
        return "、".join([self.shown[code] for code in codes][:3])


def names_of_units(city: City) -> Names:
    """Full names, short names and aliases; what two units share names neither."""
    found: dict[str, set[str]] = {}
    for unit in city.units.values():
        for name in {unit.name, unit.short, *unit.aliases} - {""}:
            found.setdefault(squeezed(name), set()).add(unit.code)
    full = {squeezed(unit.name): unit.code for unit in city.units.values()}
    return Names(_sole(found) | full, {unit.code: unit.name for unit in city.units.values()})


def names_of_posts(city: City) -> Names:
    """Unit and post, in the ways people write them; a post's name alone where no other unit has such a post."""
    found: dict[str, set[str]] = {}
    for post in city.posts.values():
        unit = city.units[post.unit]
        for owner in {unit.name, unit.short, *unit.aliases, ""}:
            found.setdefault(squeezed(f"{owner}{post.name}"), set()).add(post.code)
    shown = {p.code: f"{city.units[p.unit].name} {p.name}" for p in city.posts.values()}
    return Names(_sole(found), shown)


def _sole(found: Mapping[str, set[str]]) -> dict[str, str]:
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


def read_code(value: Value, names: Names) -> Json:
    """The unit or the post that a cell names; with near names where none does."""
    text = squeezed(value)
    if not text:
        return None
    if text in names.codes:
        return names.codes[text]
    near = names.near(text)
    raise Refusal(
        "unknown_name",
        N_("没有“%(text)s”这个单位或岗位。"),
        remedy=N_("相近的有：%(near)s。") if near else N_("请填城市目录中的名称。"),
        params={"text": as_text(value).strip()[:40], "near": near},
    )


def read_units(value: Value, names: Names) -> Json:
    """The units that a cell lists, each once, divided by 、 commas, semicolons or line breaks."""
    parts = [part for part in SPLITS.split(as_text(value)) if part.strip()]
    return list(dict.fromkeys(read_code(part, names) for part in parts))


def say_target(row: Mapping[str, Json]) -> str:
    """A target in one line that `read_targets` reads back: 新建幼儿园 达到 25 所（年初基数 0）."""
    words = {bound: word for word, bound in BOUNDS.items()}
    value = _said(row["value"]) + (f"至{_said(row['value_max'])}" if row.get("value_max") else "")
    text = f"{row['measure']} {words[str(row['bound'])]} {value} {row.get('unit') or ''}".strip()
    return text + (f"（年初基数 {_said(row['baseline'])}）" if row.get("baseline") else "")


def _said(value: Json) -> str:
    """A number as offices write it where that loses nothing: 2680亿, 36.5万, 12800."""
    number = Decimal(str(value))
    for word, size in SIZES.items():
        if abs(number) >= size and number % (size / 100) == 0:
            return f"{format((number / size).normalize(), 'f')}{word}"
    return str(value)


def read_targets(value: Value, before: Iterable[Mapping[str, Json]]) -> Json:
    """The targets of a cell, one a line; what the line does not say (性质, source) stays as it was."""
    old = [dict(row) for row in before]
    lines = [line.strip() for line in as_text(value).split("\n") if line.strip()]
    return [_target(line, old, place) for place, line in enumerate(lines)]


def _target(line: str, old: list[dict[str, Json]], place: int) -> dict[str, Json]:
    same = next((row for row in old if squeezed(say_target(row)) == squeezed(line)), None)
    if same is not None:
        return same
    found = TARGET.fullmatch(unicodedata.normalize("NFKC", line).replace(",", ""))
    if found is None:
        raise _cannot(
            N_("看不懂量化目标“%(text)s”。"),
            line,
            N_(
                "请一行写一项：指标 达到 数值 单位（年初基数 数值）；口径可用 达到、不低于、超过、不高于、低于、约。"
            ),
        )
    said: dict[str, Json] = {
        "measure": found["measure"].strip(),
        "bound": BOUNDS[found["bound"]],
        "value": read_number(found["value"]),
        "value_max": read_number(found["value_max"]),
        "unit": found["unit"].strip() or None,
        "baseline": read_number(found["baseline"]),
    }
    like = [row for row in old if squeezed(str(row["measure"])) == squeezed(said["measure"])]  # type: ignore[arg-type]
    base = like[0] if like else (old[place] if place < len(old) else {})
    if like:
        said["measure"] = base["measure"]
        if squeezed(str(base.get("unit") or "")) == squeezed(str(said["unit"] or "")):
            said["unit"] = base.get("unit")
    return {**base, **said}


def _cannot(message: str, value: Value, remedy: str) -> Refusal:
    return Refusal("bad_cell", message, remedy=remedy, params={"text": as_text(value).strip()[:60]})
