"""Reads the phrases that the rules look for from a YAML file; every mistake is named with file and line.

A phrase is plain text; `…` in it stands for up to eight characters of the same sentence. A city may read its own file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from bihuan.hotline.words.writing import level

FILE: Final = Path(__file__).with_name("phrases.yaml")
LISTS: Final = (
    "common_signs", "common_words", "passed_on", "empty", "done", "facts", "documents", "promises", "conditions",
    "solved", "unsolved", "blame", "rude", "before_place", "no_place", "surnames", "no_names", "template",
)  # fmt: skip
CODES: Final = (
    "no_answer", "no_fact", "promise", "personal", "copied", "short", "other_place", "unwritten", "contradiction", "rude",
    "blame",
)  # fmt: skip
SEVERITIES: Final = ("stop", "warn", "note")
LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
GAP: Final = r"[^。;!?,\n]{0,8}?"


@dataclass(frozen=True)
class Saying:
    """How a hint is shown: its severity (stop, warn, note) and its words in two languages."""

    severity: str
    zh: str
    en: str


@dataclass(frozen=True)
class Phrases:
    """The lists of phrases by name, each also as one pattern for level writing, and the hints by code."""

    lists: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, re.Pattern[str]]
    hints: Mapping[str, Saying]


class PhraseError(ValueError):
    """The file of phrases is wrong; `problems` lists every mistake as file:line: message."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@cache
def phrases() -> Phrases:
    """The phrases that come with the product."""
    return read(FILE)


def read(path: Path) -> Phrases:
    """The phrases of a file, or PhraseError with every mistake."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PhraseError((f"{path}:{line}: 不是 YAML（not YAML: {error.problem}）",)) from None
    problems = tuple(f"{path}:{line}: {message}" for line, message in _problems(root))
    if problems:
        raise PhraseError(problems)
    assert isinstance(root, yaml.MappingNode)
    parts = {key.value: node for key, node in root.value}
    lists = {name: tuple(item.value for item in parts[name].value) for name in LISTS}
    hints = {
        key.value: Saying(**{part.value: text.value for part, text in node.value})
        for key, node in parts["hints"].value
    }
    return Phrases(lists, {name: pattern(words) for name, words in lists.items()}, hints)


def pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all phrases, the longest first; it matches level writing."""
    longest_first = sorted(map(level, words), key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word).replace("…", GAP) for word in longest_first))


def _problems(root: yaml.Node | None) -> Iterator[tuple[int, str]]:
    if not isinstance(root, yaml.MappingNode):
        yield 1, "应为“名称: 内容”的表（a mapping is expected）"
        return
    names = [key.value for key, _ in root.value]
    for key, node in root.value:
        line = key.start_mark.line + 1
        if names.count(key.value) > 1:
            yield line, f"{key.value} 写了两次（written twice）"
        if key.value == "hints":
            yield from _hint_problems(node)
        elif key.value in LISTS:
            yield from _list_problems(node)
        else:
            yield line, f"不认识的名称 {key.value}（unknown; known are: hints, {', '.join(LISTS)}）"
    for name in ("hints", *LISTS):
        if name not in names:
            yield 1, f"缺少 {name}（missing）"


def _list_problems(node: yaml.Node) -> Iterator[tuple[int, str]]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        yield node.start_mark.line + 1, "应为不空的词语列表（a list of phrases is expected）"
        return
    seen: set[str] = set()
    for item in node.value:
        line = item.start_mark.line + 1
        if not isinstance(item, yaml.ScalarNode) or not item.value.strip("… "):
            yield line, "应为词语，不能为空（a phrase is expected）"
        elif item.value in seen:
            yield line, f"“{item.value}”写了两次（written twice）"
        else:
            seen.add(item.value)


def _hint_problems(node: yaml.Node) -> Iterator[tuple[int, str]]:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        yield line, "应为“代码: {severity, zh, en}”的表（a mapping is expected）"
        return
    codes = [key.value for key, _ in node.value]
    for code in sorted(set(CODES) ^ set(codes)):
        yield line, f"提示 {code} 缺少或不认识（hint missing or unknown）"
    for key, saying in node.value:
        at = key.start_mark.line + 1
        if not isinstance(saying, yaml.MappingNode):
            yield at, f"{key.value} 应写 severity, zh, en（three texts are expected）"
            continue
        parts = {part.value: text.value for part, text in saying.value}
        if set(parts) != {"severity", "zh", "en"} or not all(
            isinstance(text, str) and text for text in parts.values()
        ):
            yield at, f"{key.value} 应写 severity, zh, en（three texts are expected）"
        elif parts["severity"] not in SEVERITIES:
            yield at, f"severity 应为 {'、'.join(SEVERITIES)} 之一（one of these is expected）"
