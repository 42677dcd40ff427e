"""A catalog laid over another one (分层目录): what `base:` in city.yaml names, file by file. No meanings.

A YAML file of the upper catalog is a patch: a mapping goes into the mapping below it, null takes a key away, all else
replaces. Every other file is taken from the uppermost catalog that has it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from os.path import normpath, relpath
from pathlib import Path
from typing import Final

from bihuan.kernel.catalog.source import Location, Source, read_source
from bihuan.kernel.errors import CatalogProblem

CITY: Final = "city.yaml"
BASE: Final = "base"
MOST: Final = 4


@dataclass(frozen=True)
class Layered(Source):
    """A file over the same file of the catalog below; each value keeps the file and line that it comes from."""

    under: Source = field(default_factory=lambda: Source("", None, {}))

    def problem(self, location: Location, message: str) -> CatalogProblem:
        """A problem where the value stands that the upper file did not leave as it was."""
        if _reach(self, location) >= _reach(self.under, location):
            return super().problem(location, message)
        return self.under.problem(location, message)


def layers_of(directory: Path) -> tuple[Path, ...]:
    """The catalog's own directory, then those that it lies over, the nearest first."""
    found = [directory]
    while len(found) < MOST:
        try:
            stamp = (found[-1] / CITY).stat().st_mtime_ns
        except OSError:
            break
        below = _below(found[-1], stamp)
        if below is None or below in found:
            break
        found.append(below)
    return tuple(found)


@lru_cache(maxsize=16)
def _below(directory: Path, stamp: int) -> Path | None:
    """What a catalog lies over; read once for each state of its city.yaml."""
    source, _ = read_source(directory / CITY, CITY)
    named = source.value.get(BASE) if source and isinstance(source.value, dict) else None
    return Path(normpath(directory / named)) if isinstance(named, str) and named else None


def file_of(directory: Path, name: str) -> Path:
    """Where a catalog has a file: the uppermost that exists; its own place where none does."""
    candidates = (layer / name for layer in layers_of(directory))
    return next((path for path in candidates if path.exists()), directory / name)


def names_of(directory: Path, pattern: str) -> tuple[str, ...]:
    """The names of the files that a pattern finds in any layer, in order."""
    found = {p.relative_to(at).as_posix() for at in layers_of(directory) for p in at.glob(pattern)}
    return tuple(sorted(found))


def read_layered(directory: Path, name: str) -> tuple[Source | None, tuple[CatalogProblem, ...]]:
    """Read a file with all that lies below it; problems are called from the upper directory."""
    layers = layers_of(directory)
    having = [layer for layer in layers if (layer / name).exists()] or [directory]
    merged: Source | None = None
    problems: list[CatalogProblem] = []
    for layer in reversed(having):
        called = name if layer == directory else relpath(layer / name, directory)
        source, found = read_source(layer / name, called)
        problems += found
        if source is None:
            return None, tuple(problems)
        merged = _over(source, merged) if merged else source
    return merged, tuple(problems)


def _over(upper: Source, under: Source) -> Source:
    value = merge(under.value, upper.value)
    return Layered(upper.file, value, upper.lines, under.raw + b"\0" + upper.raw, under)


def merge(under: object, upper: object) -> object:
    """The patch upon what is below it: mappings together, null away, all else instead."""
    if not isinstance(under, dict) or not isinstance(upper, dict):
        return upper
    merged = {**under}
    for key, value in upper.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def _reach(source: Source, location: Location) -> int:
    """How many steps of the path the file has."""
    reached: Iterator[int] = (
        n for n in range(len(location), 0, -1) if location[:n] in source.lines
    )
    own = next(reached, 0)
    return max(own, _reach(source.under, location)) if isinstance(source, Layered) else own
