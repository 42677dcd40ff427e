"""The peers' side: runs in their environment, a task as JSON on standard input, the answer out."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import jionlp  # type: ignore[import-not-found]
from recognizers_number_with_unit import (  # type: ignore[import-not-found]
    NumberWithUnitRecognizer,
)

Found = tuple[int, int, str, str]


def recognizers() -> dict[str, Callable[[str], list[Found]]]:
    """Recognizers-Text's Chinese models, by the name of their spec."""
    made = NumberWithUnitRecognizer("zh-cn")
    models = {
        "Age": made.get_age_model(),
        "Currency": made.get_currency_model(),
        "Dimension": made.get_dimension_model(),
        "Temperature": made.get_temperature_model(),
    }
    return {kind: _recognised(model) for kind, model in models.items()}


def _recognised(model: Any) -> Callable[[str], list[Found]]:
    def find(text: str) -> list[Found]:
        found = [r for r in model.parse(text) if r.resolution and r.resolution.get("value")]
        return [(r.start, r.end + 1, r.resolution["value"], r.resolution["unit"]) for r in found]

    return find


def jionlps() -> dict[str, Callable[[str], list[Found]]]:
    """jionlp's money, the only quantity with a unit that it extracts."""
    return {"Currency": lambda text: list(_money(text))}


def _money(text: str) -> Iterator[Found]:
    for each in jionlp.ner.extract_money(text, with_parsing=True):
        value, (start, end) = each["detail"]["num"], each["offset"]
        yield start, end, value[0] if isinstance(value, list) else value, each["detail"]["case"]


def cases(task: dict[str, Any]) -> dict[str, list[list[Found]]]:
    """What each peer finds in each of the inputs of one spec."""
    peers = {"recognizers": recognizers(), "jionlp": jionlps()}
    return {
        name: [_safely(kinds[task["kind"]], text) for text in task["inputs"]]
        for name, kinds in peers.items()
        if task["kind"] in kinds
    }


def _safely(find: Callable[[str], list[Found]], text: str) -> list[Found]:
    try:
        return find(text)
    except Exception:
        return []


def speed(task: dict[str, Any]) -> dict[str, Any]:
    """Seconds and quantities found over all paragraphs, each peer with all its models."""
    result = {}
    for name, kinds in (("recognizers", recognizers()), ("jionlp", jionlps())):
        for find in kinds.values():
            find("投资3亿元。")
        started = time.perf_counter()
        found = sum(len(_safely(f, text)) for text in task["paragraphs"] for f in kinds.values())
        result[name] = {"seconds": time.perf_counter() - started, "found": found}
    return result


if __name__ == "__main__":
    said = json.load(sys.stdin)
    sys.stdout.write("\n" + json.dumps({"cases": cases, "speed": speed}[said["task"]](said)) + "\n")
