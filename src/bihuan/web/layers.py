"""Puts the nodes of a flow into layers and orders them so that few edges cross. Pure; coordinates are in drawing.py."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[str, str]
SWEEPS = 6


@dataclass(frozen=True)
class Layers:
    """Columns of node names, left to right; `chains` gives for each edge the names it passes, helpers included."""

    columns: tuple[tuple[str, ...], ...]
    chains: Mapping[Pair, tuple[str, ...]]


def into_layers(nodes: Sequence[str], edges: Sequence[Pair]) -> Layers:
    """Layer a graph with one source, the first node; edges that run back are turned while layering."""
    back = _back_edges(nodes, edges)
    forward = [(b, a) if (a, b) in back else (a, b) for a, b in edges]
    rank = _ranks(nodes, forward)
    columns: list[list[str]] = [[] for _ in range(max(rank.values(), default=0) + 1)]
    for node in nodes:
        columns[rank[node]].append(node)
    chains: dict[Pair, tuple[str, ...]] = {}
    for (a, b), edge in zip(forward, edges, strict=True):
        helpers = [f"{edge[0]}>{edge[1]}#{layer}" for layer in range(rank[a] + 1, rank[b])]
        for layer, helper in enumerate(helpers, rank[a] + 1):
            columns[layer].append(helper)
        chain = (a, *helpers, b)
        chains[edge] = chain[::-1] if edge in back else chain
    _order(columns, [pair for chain in chains.values() for pair in _steps(chain)])
    return Layers(tuple(tuple(column) for column in columns), chains)


def _steps(chain: Sequence[str]) -> Iterable[Pair]:
    return itertools.pairwise(chain)


def _back_edges(nodes: Sequence[str], edges: Sequence[Pair]) -> set[Pair]:
    """Edges that lead to a node still being walked from, in a walk that keeps the order of the edges."""
    after = {node: [b for a, b in edges if a == node] for node in nodes}
    found: set[Pair] = set()
    state: dict[str, int] = {}

    def walk(node: str) -> None:
        state[node] = 1
        for target in after[node]:
            if state.get(target) == 1:
                found.add((node, target))
            elif target not in state:
                walk(target)
        state[node] = 2

    for node in nodes:
        if node not in state:
            walk(node)
    return found


def _ranks(nodes: Sequence[str], forward: Sequence[Pair]) -> dict[str, int]:
    """Longest path from a source; the graph has no cycle any more."""
    rank = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for a, b in forward:
            rank[b] = max(rank[b], rank[a] + 1)
    return rank


def _order(columns: list[list[str]], steps: Sequence[Pair]) -> None:
    """Sort every column by the mean place of the neighbours, to and fro."""
    near: dict[str, set[str]] = {}
    for a, b in steps:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    for sweep in range(SWEEPS):
        pairs = list(itertools.pairwise(columns))
        if sweep % 2:
            pairs = [(right, left) for left, right in reversed(pairs)]
        for fixed, moving in pairs:
            place = {name: index for index, name in enumerate(fixed)}
            old = {name: float(index) for index, name in enumerate(moving)}
            moving.sort(key=lambda name: _mean(place, near.get(name, set()), old[name]))


def _mean(place: Mapping[str, int], names: set[str], otherwise: float) -> float:
    known = [place[name] for name in names if name in place]
    return sum(known) / len(known) if known else otherwise
