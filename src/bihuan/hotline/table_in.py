"""A table of demands from another system read (表格导入): which column is what, each row as it was told, every bad cell named.

Writes nothing; `table_taking` takes the rows in.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from openpyxl.utils import get_column_letter

from bihuan.hotline.service_codes import categories_now
from bihuan.hotline.table_words import TableWords, Valued, table_words
from bihuan.hotline.told import Told, read_told
from bihuan.kernel.cases.city import city
from bihuan.kernel.errors import N_, FieldProblem, Refusal
from bihuan.papers import Grid, PaperError, Value, as_text, open_grid

LARGEST = 20 * 1024 * 1024
HEADING_ROWS = 6  # a title and a note may stand above the headings
EXCEL_BEGINS = date(1899, 12, 30)
SERIAL = re.compile(r"[2-9][0-9]{4}(?:\.[0-9]+)?")
SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}")
DAY = re.compile(
    r"(?P<year>[0-9]{4})[-/.年](?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?"
    r"(?:[T ]*(?P<hour>[0-9]{1,2})[:：时](?P<minute>[0-9]{1,2}).*)?"
)
LONGEST_NUMBER = 60
Cells = Mapping[str, Value]


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with one cell: where it stands, and what to change. A note (`is_note`) keeps nothing back."""

    row: int
    column: str  # its letter; empty where the column is missing
    heading: str
    problem: FieldProblem
    is_note: bool = False


@dataclass(frozen=True)
class Row:
    """A row: its number in the table, the source's number for it, and the demand as it was told."""

    row: int
    number: str
    told: Told
    told_at: str
    problems: tuple[CellProblem, ...]

    @property
    def is_fit(self) -> bool:
        """True where nothing keeps it back."""
        return all(problem.is_note for problem in self.problems)


@dataclass(frozen=True)
class Table:
    """A table as it was read: heading → field for what is used, the headings that are not, the rows."""

    columns: Mapping[str, str]
    strangers: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def problems(self) -> Iterator[CellProblem]:
        """What is wrong, row by row."""
        return (problem for row in self.rows for problem in row.problems)


class _Note(Protocol):
    """Notes what is wrong with a field's cell."""

    def __call__(
        self, field: str, message: str, *, is_note: bool = False, **params: object
    ) -> None: ...


@dataclass(frozen=True)
class _Place:
    """Where a field's column stands."""

    at: int
    heading: str


def read_demands(data: bytes, name: str) -> Table:
    """Read an .xlsx or .csv table; a Refusal for what is no such table."""
    if len(data) > LARGEST:
        raise Refusal("large", N_("文件超过 20 MB。"), remedy=N_("请分成几个文件。"))
    words = table_words()
    try:
        grid = open_grid(data, name)
    except PaperError as error:
        raise Refusal(
            error.code, error.message, remedy=error.remedy, params=error.params
        ) from error
    start, places, strangers = _headings(grid, words)
    seen: dict[str, int] = {}
    rows = tuple(
        _row(row, cells, places, words, seen) for row, cells in grid if row > start
    )  # in order: the second of two equal numbers is the one that is refused
    if not rows:
        raise Refusal("empty_table", N_("表中只有表头，没有数据。"))
    return Table({p.heading: field for field, p in places.items()}, strangers, rows)


def _headings(grid: Grid, words: TableWords) -> tuple[int, dict[str, _Place], tuple[str, ...]]:
    """The row of the headings: of the first rows, the one that names most; it must name the content."""
    best: tuple[int, dict[str, _Place], tuple[str, ...]] = (0, {}, ())
    for row, cells in grid[:HEADING_ROWS]:
        places: dict[str, _Place] = {}
        strangers = []
        for at, cell in enumerate(cells):
            heading = as_text(cell).strip()
            field = words.column_of(heading) if heading else ""
            if field and field not in places:
                places[field] = _Place(at, heading)
            elif heading:
                strangers.append(heading[:40])
        if len(places) > len(best[1]):
            best = (row, places, tuple(strangers))
    if "content" not in best[1]:
        raise Refusal(
            "no_content_column",
            N_("前 %(rows)s 行里找不到诉求内容的栏名；可用：%(known)s。"),
            remedy=N_("请把表头改成其中之一，或请管理员在 hotline/table.yaml 中增补。"),
            params={"rows": HEADING_ROWS, "known": "、".join(words.columns.get("content", ()))},
        )
    return best


def _row(
    row: int,
    cells: list[Value],
    places: Mapping[str, _Place],
    words: TableWords,
    seen: dict[str, int],
) -> Row:
    given = {
        field: cells[place.at] if place.at < len(cells) else None for field, place in places.items()
    }
    problems: list[CellProblem] = []

    def note(field: str, message: str, *, is_note: bool = False, **params: object) -> None:
        found = FieldProblem(field, message, tuple(params.items()))
        problems.append(_at(row, places, words, found, is_note=is_note))

    number = _number(given, row, seen, note)
    told_at = _instant(given.get("told_at"), note)
    told = _told(given, words, note)
    for found in read_told(told)[1]:
        problems.append(_at(row, places, words, found))
    return Row(row, number, told, told_at, tuple(problems))


def _at(
    row: int,
    places: Mapping[str, _Place],
    words: TableWords,
    problem: FieldProblem,
    *,
    is_note: bool = False,
) -> CellProblem:
    """The problem of a field in its cell; a column that is missing is called by its usual name."""
    place = places.get(problem.path)
    usual = next(
        (said[0] for field, said in words.columns.items() if field == problem.path), problem.path
    )
    column = get_column_letter(place.at + 1) if place else ""
    return CellProblem(row, column, place.heading if place else usual, problem, is_note)


def _number(given: Cells, row: int, seen: dict[str, int], note: _Note) -> str:
    number = _text(given.get("number"))
    if len(number) > LONGEST_NUMBER:
        note("number", N_("编号最多 %(most)s 字"), most=LONGEST_NUMBER)
    if SHORTENED.fullmatch(number):
        note(
            "number",
            N_("Excel 把编号缩成了“%(text)s”，后面的数字已丢失；请把此列设为文本后重新导出"),
            text=number,
        )
    elif number and number in seen:
        note("number", N_("与第 %(row)s 行编号相同"), row=seen[number])
    seen.setdefault(number, row)
    return number[:LONGEST_NUMBER]


def _told(given: Cells, words: TableWords, note: _Note) -> Told:
    said = {field: _text(value) for field, value in given.items()}
    place, rest = _place(said.get("place", ""), note)
    phone = said.get("phone", "")
    if SHORTENED.fullmatch(phone):
        note(
            "phone",
            N_("Excel 把号码缩成了“%(text)s”，后面的数字已丢失；请把此列设为文本后重新导出"),
            text=phone,
        )
        phone = ""
    return Told(
        content=said.get("content", ""), kind=_valued("kind", said, words, note),
        title=said.get("title", ""), wish=said.get("wish", ""), channel="table",
        place=place, address=f"{rest}{said.get('address', '')}",
        lat=said.get("lat", ""), lon=said.get("lon", ""),
        identity=_valued("identity", said, words, note),
        name=said.get("name", ""), phone=phone, mail=said.get("mail", ""), home=said.get("home", ""),
        category=_category(said.get("category", ""), note),
    )  # fmt: skip


def _text(value: Value) -> str:
    """A cell as text: a number that Excel made of a code or a telephone number reads as its digits."""
    text = format(value, "f") if isinstance(value, Decimal) else as_text(value)
    text = text.strip()
    return text.removesuffix(".0") if re.fullmatch(r"[0-9]+\.0", text) else text


def _valued(field: Valued, said: Mapping[str, str], words: TableWords, note: _Note) -> str:
    usual = words.usual.get(field, "")
    text = said.get(field, "")
    if not text:
        return str(usual)
    found = words.value_of(field, text)
    if not found:
        note(
            field, N_("“%(text)s”不认识；可写：%(known)s"), text=text[:20], known=words.known(field)
        )
    return found or str(usual)


def _place(text: str, note: _Note) -> tuple[str, str]:
    """The division, and what of the cell is to stand in the address because it names none."""
    plain = "".join(text.split())
    if not plain:
        return "", ""
    for region in city().regions.values():
        if plain in (region.code, region.name) or plain == city().info.name + region.name:
            return region.code, ""
    note(
        "place",
        N_("“%(text)s”不是本市的县（市、区），写入了事发地点"),
        is_note=True,
        text=text[:20],
    )
    return "", plain


def _category(text: str, note: _Note) -> str:
    if not text:
        return ""
    found = categories_now().named(text)
    if len(found) == 1:
        return found[0].title
    note(
        "category",
        N_("分类“%(text)s”在本市目录中没有对应，留空待派单时确定"),
        is_note=True,
        text=text[:20],
    )
    return ""


def _instant(value: Value, note: _Note) -> str:
    """When it was told, as text to be kept: a date, an instant, Excel's serial number."""
    if isinstance(value, date):
        return value.isoformat()
    text = unicodedata.normalize("NFKC", _text(value))
    if not text:
        return ""
    try:
        return _serial(text) if SERIAL.fullmatch(text) else _written(text)
    except (ValueError, OverflowError):
        note("told_at", N_("“%(text)s”不是日期，例如 2023-06-30 09:15"), text=text[:20])
        return ""


def _serial(text: str) -> str:
    days = Decimal(text)
    minutes = int((days % 1) * 24 * 60 + Decimal("0.5"))
    at = datetime.combine(EXCEL_BEGINS, datetime.min.time()) + timedelta(
        days=int(days), minutes=minutes
    )
    return at.strftime("%Y-%m-%d %H:%M" if days % 1 else "%Y-%m-%d")


def _written(text: str) -> str:
    found = DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found["hour"] is None:
        return day.isoformat()
    at = datetime(day.year, day.month, day.day, int(found["hour"]), int(found["minute"]))  # noqa: DTZ001 - text only
    return at.strftime("%Y-%m-%d %H:%M")
