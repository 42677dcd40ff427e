"""The compiler's Advisor over a learned model: which units, in which order, and why in words. Pure; knows no installation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bihuan.compiler import Suggestion
from bihuan.kernel.catalog.files import Unit
from bihuan.learning import Example, Model, Ranked

UNSURE = 0.25  # below this chance that the first unit is right nothing is suggested from the past
MOST = 4  # one lead (牵头), three assisting (配合)
ASSISTS_FROM = 0.5  # a unit assists from this share of the lead's score on
QUOTED = 18  # characters of a past task that a reason shows
DUTY_WEIGHT, NAME_WEIGHT = 2.0, 1.0  # against 1.0 for a past task; see docs/lead.md


class LearnedAdvisor:
    """Ranks the city's units for a clause; silent where the past does not tell."""

    def __init__(self, model: Model, units: Mapping[str, Unit]) -> None:
        self._model = model
        self._units = units

    def suggest(self, text: str, section: tuple[str, ...]) -> tuple[Suggestion, ...]:
        """The likely lead first, then who may assist; a clause that says too little is read with its heading."""
        for read in (text, "\n".join((*section[-1:], text))):
            ranking = self._model.rank(read, MOST)
            found = [ranked for ranked in ranking.found if ranked.label in self._units]
            if found and found[0] is ranking.found[0] and ranking.certainty >= UNSURE:
                lead, *others = found
                near = [r for r in others if r.score >= ASSISTS_FROM * lead.score]
                return (
                    self._suggestion(lead, f"把握约{ranking.certainty:.0%}"),
                    *(self._suggestion(ranked) for ranked in near[: MOST - 1]),
                )
        return ()

    def _suggestion(self, ranked: Ranked, certainty: str = "") -> Suggestion:
        reasons = [self._past(ranked), "、".join(ranked.words), certainty]
        labels = ("往年:", "关联词:", "")
        why = ";".join(f"{a}{b}" for a, b in zip(labels, reasons, strict=True) if b)
        return Suggestion(ranked.label, why or "职责相近", ranked.words)

    def _past(self, ranked: Ranked) -> str:
        """The nearest task of the past: 2022年“新建普惠性幼儿园…”由市教育局牵头."""
        if not ranked.nearest:
            return ""
        example = ranked.nearest[0].example
        task = example.text if len(example.text) <= QUOTED else f"{example.text[:QUOTED]}…"
        lead = self._short(example.labels[0])
        year = f"{example.when}年" if example.when else ""
        told = f"{year}“{task}”由{lead}牵头"
        return told if example.labels[0] == ranked.label else f"{told}、本单位配合"

    def _short(self, code: str) -> str:
        unit = self._units.get(code)
        return (unit.short or unit.name) if unit else code


def hints(units: Iterable[Unit]) -> Iterator[Example]:
    """What the catalog says a unit is about: its names, and the words of its duties."""
    for unit in units:
        names = "，".join(dict.fromkeys((unit.name, unit.short, *unit.aliases)))
        yield Example(names, (unit.code,), weight=NAME_WEIGHT)
        if unit.duties:
            yield Example("，".join(unit.duties), (unit.code,), weight=DUTY_WEIGHT)
