"""Runs the parts of a check one after the other, step by step, so that a run that was killed goes on where it was.

Knows nothing of what is checked: a part yields steps, a step says how far it is and which faults it found.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bihuan.kernel.ledger.faults import Fault

FORMAT = 1
END = "\U0010ffff"  # where nothing is left to go on with: after every stream in code-point order


class Step(NamedTuple):
    """A piece of a part is done: `at` is where to go on after it; `done` of `total` in the part's own measure."""

    at: str
    done: int
    total: int
    faults: tuple[Fault, ...] = ()


Part = Callable[[str, int], Iterator[Step]]  # from where to go on, and how much was done before
Progress = Callable[[str, Step], None]


@dataclass
class Journal:
    """How far a run is: the parts that are finished, the present one and where it stands, and the faults so far."""

    path: Path | None = None
    finished: list[str] = field(default_factory=list)
    part: str = ""
    at: str = ""
    done: int = 0
    faults: list[Fault] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)  # started at, up to which event, options

    @classmethod
    def read(cls, path: Path) -> "Journal | None":
        """The journal of an unfinished run; None where there is none that can be used."""
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept.pop("format") != FORMAT:
                return None
            faults = [Fault(**fault) for fault in kept.pop("faults")]
            return cls(path=path, faults=faults, **kept)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def write(self) -> None:
        """Keep it, in one step."""
        if self.path is None:
            return
        kept = {
            "format": FORMAT, "finished": self.finished, "part": self.part, "at": self.at,
            "done": self.done, "faults": [fault.as_json() for fault in self.faults],
            "about": self.about,
        }  # fmt: skip
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        draft.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        draft.replace(self.path)

    def remove(self) -> None:
        """The run is finished: nothing is left to go on with."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def run(
    parts: Mapping[str, Part], journal: Journal | None = None, progress: Progress | None = None
) -> Iterator[Fault]:
    """Run the parts that are not finished yet; yield each fault once, those of an interrupted run first."""
    journal = journal or Journal()
    yield from list(journal.faults)
    for name, part in parts.items():
        if name in journal.finished:
            continue
        if journal.part != name:
            journal.part, journal.at, journal.done = name, "", 0
        for step in part(journal.at, journal.done):
            journal.at, journal.done = step.at, step.done
            journal.faults += step.faults
            journal.write()
            if progress:
                progress(name, step)
            yield from step.faults
        journal.finished.append(name)
    journal.remove()


def once(check: Callable[[], Iterator[Fault]]) -> Part:
    """A part that is done in one step."""

    def part(at: str, done: int) -> Iterator[Step]:
        if not at:
            yield Step(END, 1, 1, tuple(check()))

    return part
