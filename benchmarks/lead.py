"""How often the learned suggestion names the right lead (牵头单位), as a city's past grows; rewrites docs/lead.md's tables.

Learns from earlier documents and is asked about later ones; see `silver` for what is read. Needs no database.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from benchmarks.curve import Line, Panel, draw
from benchmarks.silver import label, tasks
from bihuan.compiler.duties import DutyBook
from bihuan.compiler.model import Duty
from bihuan.config.tools import register_rules
from bihuan.kernel.catalog.files import Unit
from bihuan.kernel.catalog.load import load_city
from bihuan.learning import Example, load, store
from bihuan.learning.training import Method, train
from bihuan.plan.advice import ABOUT_EVERYTHING, UNSURE, LearnedAdvisor, hints

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "lead.md"
PICTURE = ROOT / "docs" / "pictures" / "lead.svg"
SIZES = (0, 25, 50, 100, None)  # tasks learned from; None: all
SEEDS = range(20)
SPLITS = (
    ("2018–19 → 2020", ("2019",), ("2020",)),
    ("2018–20 → 2021–22", ("2019", "2020"), ("2021", "2022")),
    ("2018–22 → 2025", ("2019", "2020", "2021", "2022"), ("2025",)),
)
Suggest = Callable[[str], list[str]]
Make = Callable[[Sequence[Example]], Suggest]


class Duties:
    """The duties of the delivered catalog (Lüliang's bureaus), its units named by office as the tasks are."""

    def __init__(self) -> None:
        city = load_city(ROOT / "catalog" / "lvliang")
        units = [unit for unit in city.units.values() if unit.kind not in ABOUT_EVERYTHING]
        office = {unit.code: label(unit.short or unit.name) for unit in units}
        self.book = DutyBook(
            [Duty(office[u.code], u.name, (), tuple(u.duties)) for u in units if u.duties]
        )
        self.hints = [replace(hint, labels=(office[hint.labels[0]],)) for hint in hints(city)]

    def product(self, past: Sequence[Example]) -> Suggest:
        """What an official sees: learned units first, duty words where the past is silent."""
        if not past:
            return self.alone(past)
        model = train(past, hints=self.hints)
        units = {
            name: Unit.model_construct(code=name, name=name, short="") for name in model.labels
        }
        advisor = LearnedAdvisor(model, units)

        def suggest(text: str) -> list[str]:
            found = self.book.responsible(text, (), advisor.suggest(text, ()))
            return [s.unit for s in (found.lead, *found.assist) if s is not None]

        return suggest

    def alone(self, _: Sequence[Example]) -> Suggest:
        """Duty words, as the product suggests without a past; names in the text do not count here."""

        def suggest(text: str) -> list[str]:
            found = self.book.responsible(text)
            return [s.unit for s in (found.lead, *found.assist) if s is not None]

        return suggest

    def learned(self, method: Method = "centroid", *, with_duties: bool = True) -> Make:
        """The product's model, never silent, with the catalog's duties as hints or without."""

        def make(past: Sequence[Example]) -> Suggest:
            hints = self.hints if with_duties else []
            if not past and not hints:
                return lambda text: []
            model = train(past, hints=hints, method=method)
            return lambda text: [ranked.label for ranked in model.rank(text, 3).found]

        return make


def majority(past: Sequence[Example]) -> Suggest:
    """The offices that led most often, whatever the text."""
    often = [label for label, _ in Counter(e.labels[0] for e in past).most_common(3)]
    return lambda text: often


def copied(past: Sequence[Example]) -> Suggest:
    """Who led the nearest tasks."""
    if not past:
        return lambda text: []
    model = train(past)

    def suggest(text: str) -> list[str]:
        near = model.likeness(text)
        order = sorted(range(len(past)), key=lambda row: -near[row])
        return list(dict.fromkeys(past[row].labels[0] for row in order))[:3]

    return suggest


def hits(suggest: Suggest, asked: Sequence[Example]) -> tuple[float, float]:
    """The shares of tasks whose lead was named first, and among the first three."""
    answers = [(suggest(example.text)[:3], example.labels[0]) for example in asked]
    first = fmean(bool(names) and names[0] == right for names, right in answers)
    return first, fmean(right in names for names, right in answers)


def curve(
    make: Make, past: Sequence[Example], asked: Sequence[Example]
) -> list[tuple[float, float]]:
    """Top-1 and top-3 at each size, the mean over draws of so many past tasks."""
    points = []
    for size in SIZES:
        whole = size is None or size == 0
        draws = [
            list(past)[: None if size is None else 0]
            if whole
            else random.Random(seed).sample(list(past), size or 0)
            for seed in ([0] if whole else SEEDS)
        ]
        results = [hits(make(drawn), asked) for drawn in draws]
        points.append((fmean(r[0] for r in results), fmean(r[1] for r in results)))
    return points


def sure(duties: Duties, past: Sequence[Example], asked: Sequence[Example]) -> list[str]:
    """How the chance that the model tells agrees with what came true, in three bands."""
    model = train(past, hints=duties.hints)
    told = [(model.rank(e.text, 1), e.labels[0]) for e in asked]
    scored = [(r.certainty, bool(r.found) and r.found[0].label == right) for r, right in told]
    rows = []
    for low, high in ((0.0, UNSURE), (UNSURE, 0.5), (0.5, 1.01)):
        band = [(c, ok) for c, ok in scored if low <= c < high]
        share = (
            f"{fmean(c for c, _ in band):.2f} | {fmean(ok for _, ok in band):.2f}"
            if band
            else "– | –"
        )
        name = (
            f"unsure, below {low + UNSURE:.2f}" if not low else f"{low:.2f} to {min(high, 1):.2f}"
        )
        rows.append(f"| {name} | {len(band)} | {share} |")
    return rows


def timing(duties: Duties, told: Sequence[Example]) -> list[str]:
    """Seconds to learn all there is, milliseconds a suggestion, size on disk; and the same for 3,000 tasks."""
    rows = []
    dice = random.Random(0)
    many = [
        Example(
            dice.choice(told).text[:60] + dice.choice(told).text[-60:],
            dice.choice(told).labels,
            str(n % 5),
        )
        for n in range(3000)
    ]
    for name, past in (("all tasks", told), ("3,000 made-up tasks", many)):
        began = time.perf_counter()
        model = train(past, hints=duties.hints)
        trained = time.perf_counter() - began
        with tempfile.TemporaryDirectory() as folder:
            store(model, Path(folder))
            size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
            began = time.perf_counter()
            model = load(Path(folder))
            loaded = time.perf_counter() - began
        units = {
            name: Unit.model_construct(code=name, name=name, short="") for name in model.labels
        }
        advisor = LearnedAdvisor(model, units)
        asked = [example.text for example in told]
        advisor.suggest(asked[0], ())
        began = time.perf_counter()
        for text in asked:
            advisor.suggest(text, ())
        each = (time.perf_counter() - began) / len(asked) * 1000
        rows.append(
            f"| {name} ({len(past)}) | {trained:.2f} | {loaded:.2f} | {each:.2f} | {size:.1f} |"
        )
    return rows


def main() -> None:
    """Print the tables; with --write put them, and the picture, into the docs."""
    register_rules()
    told, duties = tasks(), Duties()
    out: list[str] = []
    panels: list[Panel] = []
    for title, early, late in SPLITS:
        past = [e for e in told if e.when in early]
        asked = [e for e in told if e.when in late]
        lines, panel = one_split(title, duties, past, asked)
        out += lines
        panels.append(panel)
    out += [
        "| | learn, s | load, s | suggest, ms | MB |",
        "|---|---|---|---|---|",
        *timing(duties, told),
    ]
    sys.stdout.write("\n".join(out) + "\n")
    if "--write" in sys.argv[1:]:
        _write(out, panels)


def one_split(
    title: str, duties: Duties, past: Sequence[Example], asked: Sequence[Example]
) -> tuple[list[str], Panel]:
    """The table of one split in time, and its panel of the picture."""
    systems: tuple[tuple[str, Make], ...] = (
        ("the product", duties.product),
        ("ranking alone, with duties", duties.learned()),
        ("ranking alone, without duties", duties.learned(with_duties=False)),
        ("nearest task copied", copied),
        ("duty words alone", duties.alone),
        ("majority office", majority),
    )
    seen = {label for e in past for label in e.labels}
    led = {e.labels[0] for e in past}
    known = fmean(e.labels[0] in seen for e in asked)
    leading = fmean(e.labels[0] in led for e in asked)
    out = [
        f"**{title}**: {len(past)} tasks learned, {len(asked)} asked; "
        f"{known:.0%} of the right leads are named anywhere in the past, {leading:.0%} ever led",
        "",
        "| top-1 / top-3 | " + " | ".join("all" if s is None else str(s) for s in SIZES) + " |",
        "|---|" + "---|" * len(SIZES),
    ]
    lines = []
    for name, make in systems:
        points = curve(make, past, asked)
        out.append(f"| {name} | " + " | ".join(f"{a:.2f} / {b:.2f}" for a, b in points) + " |")
        lines.append(Line(name, [a for a, _ in points], [b for _, b in points]))
    margin = hits(duties.learned("margin")(past), asked)
    out += [
        f"| (ranking by support vector machine) | | | | | {margin[0]:.2f} / {margin[1]:.2f} |",
        "",
        "| told chance that the first is right | tasks | mean told | came true |",
        "|---|---|---|---|",
        *sure(duties, past, asked),
        "",
    ]
    return out, Panel(title, len(past), lines)


def _write(tables: Sequence[str], panels: Sequence[Panel]) -> None:
    begin, end = "<!-- measured -->", "<!-- end -->"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    text = f"{before}{begin}\n\n" + "\n".join(tables) + f"\n\n{end}{after}"
    PAGE.write_text(text, encoding="utf-8")
    PICTURE.write_text(draw(panels, SIZES), encoding="utf-8")


if __name__ == "__main__":
    main()
