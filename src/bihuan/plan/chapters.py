"""The chapters of a report (章节): the few headings by which its promises are counted. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

SEPARATOR = " › "
TOO_LARGE = 0.4  # a chapter with more than this share of the promises is shown by its parts


def chapters(sections: Sequence[str]) -> Mapping[str, str]:
    """Full path of a section → the chapter it counts under, in the order given.

    What all paths share says nothing and is left out; a heading that holds most of the promises is
    opened into its parts. A path without headings counts under "".
    """
    paths = {path: tuple(path.split(SEPARATOR)) if path else () for path in sections}
    shared = _shared(list(paths.values()))
    weights = Counter(paths[path] for path in sections)
    whole = sum(weights.values())
    return {path: _chapter(parts, shared, weights, whole) for path, parts in paths.items()}


def _shared(paths: Sequence[tuple[str, ...]]) -> int:
    """How many leading headings all paths have in common; always leaves one."""
    if not paths:
        return 0
    depth = 0
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        depth += 1
    return max(0, min(depth, *(len(path) - 1 for path in paths)))


def _chapter(
    parts: tuple[str, ...], shared: int, weights: Counter[tuple[str, ...]], whole: int
) -> str:
    for depth in range(shared + 1, len(parts) + 1):
        here = parts[:depth]
        held = sum(n for path, n in weights.items() if path[:depth] == here)
        if held <= whole * TOO_LARGE or depth == len(parts):
            return parts[depth - 1]
    return parts[-1] if parts else ""
