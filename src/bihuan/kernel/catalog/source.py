"""Reads one YAML file safely and remembers the line of every value. Knows nothing of what the files mean."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.reader import Reader

from bihuan.kernel.errors import CatalogProblem

Location = tuple[str | int, ...]

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 30
MAX_VALUES: Final = 50_000  # with every alias (*name) counted as if written out
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ODD_BREAK: Final = re.compile("[\x85\u2028\u2029]")  # YAML ends a line there, an editor does not
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9]\d{0,17})")
_WORDS: Final[Mapping[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One file as read: its values (None, bool, int, str, list, dict) and the line of each path."""

    file: str
    value: object
    lines: Mapping[Location, int]
    raw: bytes = b""

    def line(self, location: Location) -> int:
        """The line of the path, or of the nearest part of it that is in the file."""
        for length in range(len(location), 0, -1):
            if location[:length] in self.lines:
                return self.lines[location[:length]]
        return self.lines.get((), 1)

    def problem(self, location: Location, message: str) -> CatalogProblem:
        """A problem at this path of this file."""
        return CatalogProblem(self.file, self.line(location), message)


class _Bad(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def read_source(path: Path, name: str) -> tuple[Source | None, tuple[CatalogProblem, ...]]:
    """Read `path`; `name` is how problems call the file. No source where nothing usable was read."""
    try:
        raw = _read_bytes(path)
        builder = _Builder()
        value = builder.document(yaml.parse(_decode(raw), Loader=_LOADER))
    except _Bad as bad:
        return None, (CatalogProblem(name, bad.line, bad.message),)
    except yaml.MarkedYAMLError as error:
        return None, (CatalogProblem(name, _line_of(error), _syntax_message(error)),)
    problems = tuple(CatalogProblem(name, line, text) for line, text in builder.duplicates)
    return Source(name, value, builder.lines, raw), problems


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _Bad(1, "缺少这个文件（this file is missing）") from None
    except OSError as error:
        raise _Bad(
            1, f"文件无法读取: {error.strerror}（the file cannot be read: {error.strerror}）"
        ) from None
    if len(raw) > MAX_BYTES:
        raise _Bad(
            1,
            f"文件超过 {MAX_BYTES // 1000} KB 上限, 请拆分（larger than {MAX_BYTES // 1000} KB: split it）",
        )
    return raw


def _decode(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _Bad(
            line,
            f"不是 UTF-8 编码{_guess(raw)}, 请另存为 UTF-8（not UTF-8: save the file as UTF-8）",
        ) from None
    if odd := Reader.NON_PRINTABLE.search(text) or _ODD_BREAK.search(text):
        raise _Bad(
            text.count("\n", 0, odd.start()) + 1,
            f"含有控制字符 U+{ord(odd.group()):04X}, 请删除（remove the control character U+{ord(odd.group()):04X}）",
        )
    return text


def _guess(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "（看来是 UTF-16）"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "（看来是 GB18030/GBK）"


def _line_of(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return int(mark.line) + 1 if mark is not None else 1


def _syntax_message(error: yaml.MarkedYAMLError) -> str:
    said = " ".join(part for part in (error.context, error.problem) if part)
    return f"YAML 写法有误, 请检查缩进、冒号和引号（YAML syntax: {said}）"


class _Builder:
    """Turns parser events into plain values; refuses tags, merge keys, deep nesting and aliases that grow."""

    def __init__(self) -> None:
        self.lines: dict[Location, int] = {}
        self.duplicates: list[tuple[int, str]] = []
        self._anchors: dict[str, tuple[object, int]] = {}
        self._count = 0

    def document(self, events: Iterator[Any]) -> object:
        value: object = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Bad(
                        _line(event),
                        "一个文件只能有一份内容, 请删除 ---（one document a file: remove the ---）",
                    )
            elif isinstance(event, yaml.NodeEvent):
                value = self._node(event, events, ())
        if value is None:
            raise _Bad(1, "文件是空的（the file is empty）")
        return value

    def _node(self, event: Any, events: Iterator[Any], at: Location) -> object:
        self.lines.setdefault(at, _line(event))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        self._refuse_tricks(event, at)
        before = self._count
        self._add(event, 1)
        value = self._value(event, events, at)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._count - before)
        return value

    def _value(self, event: Any, events: Iterator[Any], at: Location) -> object:
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, at)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, at)
        return _scalar(event.value) if event.implicit[0] else event.value

    def _alias(self, event: Any) -> object:
        if event.anchor not in self._anchors:
            raise _Bad(
                _line(event),
                f"引用 *{event.anchor} 之前没有 &{event.anchor}（no &{event.anchor} before this *{event.anchor}）",
            )
        value, size = self._anchors[event.anchor]
        self._add(event, size)
        return value

    def _add(self, event: Any, size: int) -> None:
        self._count += size
        if self._count > MAX_VALUES:
            raise _Bad(
                _line(event),
                f"内容展开后超过 {MAX_VALUES} 项, 请减少引用（more than {MAX_VALUES} values once written out）",
            )

    def _mapping(self, events: Iterator[Any], at: Location) -> dict[str, object]:
        found: dict[str, object] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key, line = self._key(event, at)
            if key in found:
                first = self.lines[(*at, key)]
                self.duplicates.append(
                    (
                        line,
                        f"键“{key}”重复, 第 {first} 行已有（duplicate key {key}, first on line {first}）",
                    )
                )
                self._node(next(events), events, (*at, key))
                continue
            self.lines[(*at, key)] = line
            found[key] = self._node(next(events), events, (*at, key))
        return found

    def _key(self, event: Any, at: Location) -> tuple[str, int]:
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise _Bad(line, "键必须是简单文字（a key must be plain text）")
        self._refuse_tricks(event, at)
        if event.value == "<<":
            raise _Bad(line, "不允许用 << 合并（merge keys << are not allowed）")
        return event.value, line

    def _sequence(self, events: Iterator[Any], at: Location) -> list[object]:
        found: list[object] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self._node(event, events, (*at, len(found))))
        return found

    @staticmethod
    def _refuse_tricks(event: Any, at: Location) -> None:
        line = _line(event)
        if getattr(event, "tag", None) not in (None, "!"):
            raise _Bad(line, f"不允许使用标签 {event.tag}（tags are not allowed: {event.tag}）")
        if len(at) > MAX_DEPTH:
            raise _Bad(line, f"嵌套超过 {MAX_DEPTH} 层（nested deeper than {MAX_DEPTH} levels）")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _scalar(text: str) -> object:
    """A plain scalar: empty, true/false, integer, or text. Dates, times and decimals stay text."""
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text
