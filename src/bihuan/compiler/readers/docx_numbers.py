"""Word's automatic numbers (一、 （一） 1. ①): counted as Word counts them, written as Word shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bihuan.compiler.numerals import spell
from bihuan.compiler.readers.docx_runs import is_on, w
from bihuan.compiler.readers.docx_styles import Styles

LEVELS = 9
SPELLED = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "koreanCounting",
    "ideographZodiacTraditional",
}
DIGITS = "〇一二三四五六七八九"
STEMS = "甲乙丙丁戊己庚辛壬癸"
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
LARGEST = 9999


@dataclass(frozen=True)
class _Level:
    """How one level counts and looks."""

    start: int
    form: str
    pattern: str
    legal: bool
    tail: str
    restart: int | None


class Numbering:
    """The counters of one document; ask for each paragraph once, in order."""

    def __init__(self, document: Any, styles: Styles) -> None:
        self._styles = styles
        self._abstracts: dict[str, Any] = {}
        self._numbers: dict[str, Any] = {}
        self._levels: dict[tuple[str, int], _Level | None] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()
        self._looks: dict[str, Any] = {}
        self._by_style: dict[str, tuple[str | None, int | None]] = {}
        root = _root(document)
        if root is not None:
            self._abstracts = {
                e.get(w("abstractNumId")): e for e in root.iterchildren(w("abstractNum"))
            }
            self._numbers = {e.get(w("numId")): e for e in root.iterchildren(w("num"))}

    def next_mark(self, paragraph: Any) -> str:
        """Counts the paragraph, if it is numbered, and returns its number as shown."""
        number, depth = self._reference(paragraph)
        if number not in self._numbers or not 0 <= depth < LEVELS:
            return ""
        level = self._level(number, depth)
        if level is None:
            return ""
        counters = self._count(number, depth, level)
        if level.form == "bullet":
            return "- "
        if level.form == "none" and not re.search(r"%\d", level.pattern):
            return level.pattern
        return self._shown(number, level, counters)

    def _reference(self, paragraph: Any) -> tuple[str, int]:
        """The list and level of a paragraph, its own properties before those of its style."""
        number, depth = _number_and_depth(paragraph.find(f"{w('pPr')}/{w('numPr')}"))
        if number is None:
            key = self._styles.key_of(paragraph)
            if key not in self._by_style:
                self._by_style[key] = self._of_style(key)
            number, at = self._by_style[key]
            depth = depth if depth is not None else at
        return number or "", depth or 0

    def _of_style(self, key: str) -> tuple[str | None, int | None]:
        for style in self._styles.chain(key):
            number, depth = _number_and_depth(style.find(f"{w('pPr')}/{w('numPr')}"))
            if number is not None:
                linked = self._linked_depth(number, style.get(w("styleId")))
                return number, depth if depth is not None else linked
        return None, None

    def _linked_depth(self, number: str, style: str | None) -> int:
        """The level of the list that names the style as its own."""
        abstract = self._abstract(number)
        for level in abstract.iterchildren(w("lvl")) if abstract is not None else ():
            named = level.find(w("pStyle"))
            if named is not None and named.get(w("val")) == style:
                return _integer(level.get(w("ilvl")), 0)
        return 0

    def _abstract(self, number: str) -> Any:
        if number not in self._looks:
            self._looks[number] = self._find_abstract(number)
        return self._looks[number]

    def _find_abstract(self, number: str) -> Any:
        element = self._numbers.get(number)
        for _ in range(LEVELS):  # a list may borrow another's look through a numbering style
            reference = element.find(w("abstractNumId")) if element is not None else None
            if reference is None:
                return None
            abstract = self._abstracts.get(reference.get(w("val")))
            link = abstract.find(w("numStyleLink")) if abstract is not None else None
            if link is None:
                return abstract
            style = next(self._styles.chain(link.get(w("val")) or ""), None)
            if style is None:
                return abstract
            lent, _ = _number_and_depth(style.find(f"{w('pPr')}/{w('numPr')}"))
            element = self._numbers.get(lent or "")
        return None

    def _level(self, number: str, depth: int) -> _Level | None:
        key = (number, depth)
        if key not in self._levels:
            self._levels[key] = self._read_level(number, depth)
        return self._levels[key]

    def _read_level(self, number: str, depth: int) -> _Level | None:
        abstract = self._abstract(number)
        found = _at_depth(abstract, "lvl", depth) if abstract is not None else None
        override = _at_depth(self._numbers[number], "lvlOverride", depth)
        start = None
        if override is not None:
            replaced = override.find(w("lvl"))
            found = replaced if replaced is not None else found
            start = _value(override, "startOverride")
        if found is None:
            return None
        restart = _value(found, "lvlRestart")
        return _Level(
            _integer(start if start is not None else _value(found, "start"), 1),
            _form(found),
            _value(found, "lvlText") or "",
            bool(is_on(found, "isLgl")),
            _value(found, "suff") or "tab",
            _integer(restart, 0) if restart is not None else None,
        )

    def _count(self, number: str, depth: int, level: _Level) -> list[int | None]:
        """Steps the list's counters; lists that share a look share their counters, as in Word."""
        abstract = self._abstract(number)
        shared = str(abstract.get(w("abstractNumId"))) if abstract is not None else number
        counters = self._counters.setdefault(shared, [None] * LEVELS)
        if self._begins_anew(number, depth):
            counters[depth] = None
        current = counters[depth]
        counters[depth] = level.start if current is None else min(current + 1, LARGEST)
        for below in range(depth + 1, LEVELS):
            lower = self._level(number, below)
            if lower is None or lower.restart is None or 0 < lower.restart <= depth + 1:
                counters[below] = None
        return counters

    def _begins_anew(self, number: str, depth: int) -> bool:
        """Whether this is the first paragraph of a list that is told where to start."""
        if (number, depth) in self._started:
            return False
        self._started.add((number, depth))
        override = _at_depth(self._numbers[number], "lvlOverride", depth)
        return override is not None and _value(override, "startOverride") is not None

    def _shown(self, number: str, level: _Level, counters: list[int | None]) -> str:
        def one(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            shown = self._level(number, at)
            value = counters[at]
            if value is None:
                value = shown.start if shown is not None else 1
            form = "decimal" if level.legal or shown is None else shown.form
            return write_number(value, form)

        text = re.sub(r"%([1-9])", one, level.pattern)
        spaced = level.tail != "nothing" and text[-1:].isascii() and bool(text.strip())
        return text + " " if spaced else text


def write_number(value: int, form: str) -> str:
    """`value` in a number form of Word; forms that no report uses are written in digits."""
    if form in SPELLED:
        return spell(value)
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join(DIGITS[int(digit)] for digit in str(value))
    if form == "ideographTraditional" and 1 <= value <= len(STEMS):
        return STEMS[value - 1]
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= value <= 20:
        return chr(ord("①") + value - 1)
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return str(value).translate({ord("0") + n: ord("０") + n for n in range(10)})
    if form == "decimalZero":
        return f"{value:02d}"
    if form.endswith("Roman") and value > 0:
        return _roman(value) if form.startswith("lower") else _roman(value).upper()
    if form.endswith("Letter") and value > 0:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 % 30 + 1)
        return letter if form.startswith("lower") else letter.upper()
    return "" if form == "none" else str(value)


def _roman(value: int) -> str:
    written = ""
    for size, sign in ROMAN:
        written += sign * (value // size)
        value %= size
    return written


def _root(document: Any) -> Any:
    """The numbering part, where the document has one."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            return getattr(relation.target_part, "element", None)
    return None


def _number_and_depth(properties: Any) -> tuple[str | None, int | None]:
    if properties is None:
        return None, None
    depth = _value(properties, "ilvl")
    return _value(properties, "numId"), _integer(depth, 0) if depth is not None else None


def _form(level: Any) -> str:
    """The number form; newer ones stand in a choice beside a fallback."""
    found = level.find(f".//{w('numFmt')}")
    return (found.get(w("val")) or "decimal") if found is not None else "decimal"


def _at_depth(container: Any, name: str, depth: int) -> Any:
    for element in container.iterchildren(w(name)):
        if _integer(element.get(w("ilvl")), -1) == depth:
            return element
    return None


def _value(element: Any, name: str) -> str | None:
    found = element.find(w(name))
    return found.get(w("val")) if found is not None else None


def _integer(value: str | None, otherwise: int) -> int:
    found = re.fullmatch(r"\s*(-?\d{1,6})\s*", value or "")
    return int(found[1]) if found else otherwise
