"""Checks on lists and trees of codes: given twice, no such parent, a cycle, two roots. Knows no file by name."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from bihuan.kernel.catalog.source import Location, Source
from bihuan.kernel.errors import CatalogProblem


def find_duplicates(
    codes: Iterable[str], at: Callable[[int], Location], source: Source
) -> Iterator[CatalogProblem]:
    """Each code that was given before; `at` says where the code of an index stands."""
    first: dict[str, int] = {}
    for index, code in enumerate(codes):
        if code in first:
            line = source.line(at(first[code]))
            yield source.problem(
                at(index),
                f"代码“{code}”重复, 第 {line} 行已有（duplicate code {code}, first on line {line}）",
            )
        else:
            first[code] = index


def _find_cycle(parents: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Each cycle once, starting where the file first enters it, its first code again at the end."""
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        code = start
        while code in parents and code not in done and code not in path:
            path.append(code)
            code = parents[code]
        if code in path:
            yield (*path[path.index(code) :], code)
        done.update(path)


def check_tree(
    source: Source, group: str, nodes: Iterable[tuple[str, str]], thing: tuple[str, str]
) -> Iterator[CatalogProblem]:
    """Unknown parents, cycles, and other than one root among (code, parent) pairs."""
    pairs = tuple(nodes)
    parents = dict(pairs)
    index = {code: number for number, (code, _) in enumerate(pairs)}
    for code, parent in pairs:
        if parent and parent not in parents:
            yield source.problem(
                (group, index[code], "parent"),
                f"上级{thing[0]}“{parent}”不存在（unknown parent {parent}）",
            )
    for cycle in _find_cycle({code: parent for code, parent in pairs if parent}):
        shown = " → ".join(cycle)
        yield source.problem(
            (group, index[cycle[0]], "parent"),
            f"{thing[0]}上下级成环: {shown}（the {thing[1]} tree has a cycle: {shown}）",
        )
    roots = [code for code, parent in pairs if not parent]
    for code in roots[1:]:
        yield source.problem(
            (group, index[code]),
            f"{thing[0]}“{code}”没有上级, 而根已是“{roots[0]}”, 只能有一个根（second root {code}: give it a parent）",
        )
