"""The compiler's Advisor over a learned model: which units, in which order, and why in words. Pure; knows no installation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bihuan.compiler import Suggestion
from bihuan.kernel.catalog.city import City
from bihuan.kernel.catalog.files import Unit
from bihuan.learning import Example, Model, Ranked

UNSURE = 0.2  # below this chance that the first unit is right duty words are as good (docs/lead.md)
MOST = 4  # one lead (牵头), three assisting (配合)
ASSISTS_FROM = 0.5  # a unit assists from this share of the lead's score on
QUOTED = 18  # characters of a past task that a reason shows
ABOUT_EVERYTHING = ("government", "county", "zone")
DUTY_WEIGHT, NAME_WEIGHT = 2.0, 1.0  # against 1.0 for a past task; see docs/lead.md


class LearnedAdvisor:
    """Ranks the city's units for a clause; silent where the past does not tell."""

    def __init__(self, model: Model, units: Mapping[str, Unit]) -> None:
        self._model = model
        self._units = units

    def suggest(self, text: str, section: tuple[str, ...]) -> tuple[Suggestion, ...]:
        """The likely lead first, then who may assist.

        Only units that led or assisted something alike are suggested. Where the first of all did not, its duties
        speak for it, and the duty words say so better. The heading is not read: it names many units' matters.
        """
        ranking = self._model.rank(text, MOST + 2)
        found = [r for r in ranking.found if r.nearest and r.label in self._units]
        if not found or found[0] is not ranking.found[0] or ranking.certainty < UNSURE:
            return ()
        lead, *others = found
        near = [r for r in others if r.score >= ASSISTS_FROM * lead.score]
        return (
            self._suggestion(lead, f"把握约{ranking.certainty:.0%}"),
            *(self._suggestion(ranked) for ranked in near[: MOST - 1]),
        )

    def _suggestion(self, ranked: Ranked, certainty: str = "") -> Suggestion:
        reasons = [self._past(ranked), "、".join(ranked.words), certainty]
        labels = ("往年:", "关联词:", "")
        why = ";".join(f"{a}{b}" for a, b in zip(labels, reasons, strict=True) if b)
        return Suggestion(ranked.label, why, ranked.words)

    def _past(self, ranked: Ranked) -> str:
        """The nearest task of the past: 2022年“新建普惠性幼儿园…”由市教育局牵头."""
        example = ranked.nearest[0].example
        task = example.text if len(example.text) <= QUOTED else f"{example.text[:QUOTED]}…"
        lead = self._short(example.labels[0])
        year = f"{example.when}年" if example.when else ""
        told = f"{year}“{task}”由{lead}牵头"
        return told if example.labels[0] == ranked.label else f"{told}、本单位配合"

    def _short(self, code: str) -> str:
        unit = self._units.get(code)
        return (unit.short or unit.name) if unit else code


def hints(city: City) -> Iterator[Example]:
    """What the catalog says an office is about: its names, and the words of its duties.

    Counties, zones and the government itself are about everything; names of places say nothing of an office.
    """
    places = {name for region in city.regions.values() for name in (region.name, *region.aliases)}
    for unit in city.units.values():
        if unit.kind in ABOUT_EVERYTHING:
            continue
        names = dict.fromkeys((unit.name, unit.short, *unit.aliases))
        told = "，".join(name for name in names if not any(place in name for place in places))
        if told:
            yield Example(told, (unit.code,), weight=NAME_WEIGHT)
        if unit.duties:
            yield Example("，".join(unit.duties), (unit.code,), weight=DUTY_WEIGHT)
