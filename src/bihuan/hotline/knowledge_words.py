"""The words of the knowledge base that are data: synonyms (同义词) of the catalog, and what people say around a question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from bihuan.hotline.knowledge_files import read_model
from bihuan.kernel.cases.tokens import folded
from bihuan.kernel.catalog.layers import file_of
from bihuan.kernel.errors import CatalogError, CatalogProblem
from bihuan.kernel.matters.fields import Frozen

FILE = "hotline/synonyms.yaml"
MOST_VARIANTS = 6
# What stands around the thing that is asked about.
AROUND = re.compile(
    "请问|我想问|我想|我要|咨询一下|咨询|怎么样|怎么办理|怎么办|怎么|怎样|如何|哪里|在哪儿|在哪|去哪|什么|多少|多久|"
    "需要|可以|能不能|能否|是不是|有没有|办理|一下|[我你他的了吗呢啊吧呀给把想要]"
)


class SynonymsFile(Frozen):
    """hotline/synonyms.yaml: groups of words that stand for one another."""

    groups: list[list[str]] = Field(description="同义词组: each of two words or more")


@dataclass(frozen=True)
class Synonyms:
    """Word → all words of its group; the longest first when looked for in a text."""

    groups: tuple[tuple[str, ...], ...] = ()

    def variants(self, word: str) -> tuple[str, ...]:
        """The word, and the same with a word of a group in it replaced by each other one."""
        found: dict[str, None] = {word: None}
        for group in self.groups:
            inside = [term for term in group if term in word]
            if not inside:
                continue
            longest = max(inside, key=len)
            for term in group:
                if term != longest:
                    found[word.replace(longest, term)] = None
        return tuple(found)[:MOST_VARIANTS]


def synonyms_of(catalog: Path) -> Synonyms:
    """The synonyms of a city's catalog, none where it has no such file; raises CatalogError with file and line."""
    path = file_of(catalog, FILE)
    if not path.exists():
        return Synonyms()
    stat = path.stat()
    return _read(catalog, stat.st_mtime_ns, stat.st_size)


def check_synonyms(catalog: Path) -> tuple[CatalogProblem, ...]:
    """Every problem of the catalog's synonyms; empty where they are sound or there are none."""
    try:
        synonyms_of(catalog)
    except CatalogError as error:
        return error.problems
    return ()


@lru_cache(maxsize=8)
def _read(catalog: Path, changed: int, size: int) -> Synonyms:
    parsed, source = read_model(catalog, FILE, SynonymsFile)
    wrong = tuple(source.problem(("groups", *at), text) for at, text in _mistakes(parsed.groups))
    if wrong:
        raise CatalogError(wrong)
    groups = (tuple(map(folded, group)) for group in parsed.groups)
    return Synonyms(tuple(groups))


def _mistakes(groups: Sequence[Sequence[str]]) -> Iterator[tuple[tuple[int, ...], str]]:
    """(place in the file, what is wrong)."""
    seen: dict[str, int] = {}
    for n, group in enumerate(groups):
        if len(group) < 2:
            yield (n,), "一组至少要有两个词（a group has two words or more）"
        for m, word in enumerate(map(folded, group)):
            if len(word) < 2 or re.search(r"\W", word):
                yield (
                    (n, m),
                    f"“{word}”应为两个以上的字，不含空格和标点（two characters or more, no spaces）",
                )
            elif word in seen:
                yield (
                    (n, m),
                    f"“{word}”在第 {seen[word] + 1} 组已有（already in group {seen[word] + 1}）",
                )
            seen.setdefault(word, n)


def without_around(word: str) -> list[str]:
    """The pieces of a question that name its thing: 怎么办理医保报销 → 医保报销."""
    return [piece for piece in AROUND.split(word) if piece]
