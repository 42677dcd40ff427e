"""What this city learned from its own past demands: makes the sorter, keeps it, asks it, and measures it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import structlog
from django.conf import settings

from bihuan.hotline.routing_history import PastDemand
from bihuan.kernel.errors import N_, Refusal
from bihuan.learning.sorter import Labelled, Sorter
from bihuan.learning.storing import BadModel, load_sorter, store_sorter


@dataclass(frozen=True)
class Learned:
    """What was made of the past."""

    digest: str
    demands: int
    labels: tuple[str, ...]


@dataclass(frozen=True)
class ClassScore:
    """How well one label is found again."""

    label: str
    precision: float
    recall: float
    count: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True)
class Scorecard:
    """What cross-validation found: each class, and how often one was taken for another (truth first)."""

    classes: tuple[ClassScore, ...]
    taken_for: Counter[tuple[str, str]]

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the classes, each counting the same."""
        return sum(score.f1 for score in self.classes) / len(self.classes)

    @property
    def accuracy(self) -> float:
        """The share of demands that got their label back."""
        right = sum(n for (truth, said), n in self.taken_for.items() if truth == said)
        return right / self.taken_for.total()


def routes_home() -> Path:
    """Where this installation keeps what it learned about routes."""
    return Path(settings.BIHUAN_LEARNED) / "routes"


def learn_routes(past: Sequence[PastDemand], directory: Path) -> Learned:
    """Make the sorter of these demands and keep it; a Refusal where there is too little to learn from."""
    from bihuan.learning.sorting import sort_by  # scikit-learn: only who learns pays for it

    try:
        sorter = sort_by([_labelled(demand) for demand in past])
    except ValueError as error:
        raise _too_little() from error
    return Learned(store_sorter(sorter, directory), len(past), sorter.labels)


def evaluate_routes(past: Sequence[PastDemand], folds: int) -> Scorecard:
    """Cross-validation: each demand is asked of a sorter that has not seen it."""
    from bihuan.learning.sorting import held_out

    try:
        said = held_out([_labelled(demand) for demand in past], folds)
    except ValueError as error:
        raise _too_little() from error
    return scorecard([demand.label for demand in past], [label for label, _ in said])


def scorecard(truth: Sequence[str], said: Sequence[str]) -> Scorecard:
    """Counts what was said against the truth."""
    pairs = Counter(zip(truth, said, strict=True))
    return Scorecard(tuple(_scores(pairs, sorted(set(truth)))), pairs)


def _scores(pairs: Counter[tuple[str, str]], labels: Sequence[str]) -> Iterator[ClassScore]:
    for label in labels:
        right = pairs[label, label]
        named = sum(n for (_, said), n in pairs.items() if said == label)
        there = sum(n for (truth, _), n in pairs.items() if truth == label)
        yield ClassScore(label, right / named if named else 0.0, right / there, there)


def load_routes(directory: Path) -> Sorter:
    """The sorter kept in a directory; a Refusal where there is none, or a damaged one."""
    try:
        return load_sorter(directory)
    except BadModel as error:
        raise Refusal(
            "bad_route_model",
            N_("目录 %(path)s 里没有可用的派单模型：%(error)s。"),
            remedy=N_("请先运行 bihuan route train FILE --model DIR。"),
            params={"path": str(directory), "error": str(error)},
        ) from error


def learned_routes() -> Sorter | None:
    """The sorter of this city, or None where it has learned nothing; a damaged one is logged and not used."""
    head = routes_home() / "model.json"
    try:
        stamp = head.stat()
    except OSError:
        return None
    return _loaded(head.parent, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=2)
def _loaded(directory: Path, changed: int, size: int) -> Sorter | None:
    """Read once for each state of the file, which `changed` and `size` tell apart."""
    try:
        return load_sorter(directory)
    except BadModel as error:
        structlog.get_logger("bihuan.hotline").error("route model not used", error=str(error))
        return None


def _labelled(demand: PastDemand) -> Labelled:
    return Labelled(demand.title, demand.text, demand.label)


def _too_little() -> Refusal:
    return Refusal(
        "too_little_history",
        N_("历史诉求太少，无从学习：至少要两个类别、十条诉求；评估时每个类别的条数不少于折数。"),
        remedy=N_("请补充历史诉求，或合并过少的类别。"),
    )
