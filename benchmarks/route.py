"""How well demands are sorted and routed: macro F1 on the Taidi messages, times, and what works before anything is learned.

Reads ../shared/data/taidi/labelled.csv; prints figures and confusions only, never a message. One fifth, picked by the
digest of its text, was kept aside while the sorter was chosen; `--aside` scores it. Needs no database.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bihuan.hotline.routing_history import PastDemand, read_history
from bihuan.hotline.routing_learned import Scorecard, scorecard
from bihuan.learning.sorter import Labelled, Sorter
from bihuan.learning.sorting import held_out, sort_by, split
from bihuan.learning.storing import load_sorter, store_sorter

ROOT = Path(__file__).resolve().parents[1]
HOMES = (ROOT.parent / "shared", ROOT.parent.parent / "shared")
TABLE = Path("data/taidi/labelled.csv")
SEED = 0
FOLDS = 5
SAME = {"卫生计生": "卫生健康"}  # their names of classes in ours, where they differ
BANDS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01))


def messages() -> list[Labelled]:
    """The labelled messages, as `bihuan route` reads them."""
    home = next((home / TABLE for home in HOMES if (home / TABLE).is_file()), None)
    if home is None:
        raise FileNotFoundError("no ../shared/data/taidi/labelled.csv beside this checkout")
    past: tuple[PastDemand, ...] = read_history(home.read_bytes(), home.name, labelled=True)
    return [Labelled(demand.title, demand.text, demand.label) for demand in past]


def aside(message: Labelled) -> bool:
    """Whether a message belongs to the fifth that nothing was chosen by."""
    return int(hashlib.sha256(message.text.encode()).hexdigest(), 16) % 5 == 0


def usual(told: Sequence[Labelled]) -> list[str]:
    """What character TF-IDF (1 to 3) with a linear SVM says, in the same folds: what many would do."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    texts, truth = [f"{m.title}{m.text}" for m in told], [m.label for m in told]
    said = [""] * len(told)
    for learned, asked in split(truth, FOLDS, SEED):
        grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
        machine = LinearSVC(random_state=0).fit(
            grams.fit_transform([texts[i] for i in learned]), [truth[i] for i in learned]
        )
        for i, label in zip(
            asked, machine.predict(grams.transform([texts[i] for i in asked])), strict=True
        ):
            said[i] = str(label)
    return said


def figures(name: str, card: Scorecard) -> str:
    """One row of the table."""
    return f"| {name} | {card.macro_f1:.4f} | {card.accuracy:.4f} |"


def confusion(card: Scorecard) -> Iterator[str]:
    """Each class: precision, recall, F1, and what it was taken for most."""
    yield "| class | messages | precision | recall | F1 | most often taken for |"
    yield "|---|---|---|---|---|---|"
    for one in card.classes:
        others = [(n, said) for (truth, said), n in card.taken_for.items() if truth == one.label]
        worst = sorted((pair for pair in others if pair[1] != one.label), reverse=True)[:2]
        taken = "、".join(f"{said} {n}" for n, said in worst)
        numbers = f"{one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f}"
        yield f"| {one.label} | {one.count} | {numbers} | {taken} |"


def bands(told: Sequence[tuple[float, bool]]) -> Iterator[str]:
    """How the chance told agrees with what came true."""
    yield "| told chance | messages | mean told | came true |"
    yield "|---|---|---|---|"
    for low, high in BANDS:
        band = [(chance, right) for chance, right in told if low <= chance < high]
        if band:
            mean = sum(chance for chance, _ in band) / len(band)
            share = sum(right for _, right in band) / len(band)
            yield f"| {low:.1f} to {min(high, 1):.1f} | {len(band)} | {mean:.2f} | {share:.2f} |"


def timing(told: Sequence[Labelled]) -> Iterator[str]:
    """Seconds to learn, milliseconds to sort one message, size on disk."""
    began = time.perf_counter()
    sorter = sort_by(told)
    yield f"learned from {len(told)} messages in {time.perf_counter() - began:.1f} s"
    with tempfile.TemporaryDirectory() as folder:
        store_sorter(sorter, Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        began = time.perf_counter()
        sorter = load_sorter(Path(folder))
        yield f"{size:.1f} MB on disk, loaded in {time.perf_counter() - began:.2f} s"
    yield from _each(sorter, told)


def _each(sorter: Sorter, told: Sequence[Labelled]) -> Iterator[str]:
    sorter.sort("", told[0].text)
    spent = []
    worked = time.process_time()
    for message in told[:1000]:
        began = time.perf_counter()
        sorter.sort(message.title, message.text)
        spent.append((time.perf_counter() - began) * 1000)
    worked = (time.process_time() - worked) / len(spent) * 1000
    spent.sort()
    at = {share: spent[int(len(spent) * share)] for share in (0.5, 0.95, 0.99)}
    yield f"a prediction: p50 {at[0.5]:.2f} ms, p95 {at[0.95]:.2f} ms, p99 {at[0.99]:.2f} ms; {worked:.2f} ms of CPU"


def untrained(told: Sequence[Labelled]) -> Iterator[str]:
    """The first-level class of the first suggestion, and of any of three, with nothing learned."""
    from bihuan.hotline.routing import categories, suggest

    names = {division.code[:2]: division.name for division in categories().divisions}
    first: list[tuple[float, bool]] = []
    three = 0
    spent = []
    for message in told:
        began = time.perf_counter()
        routes = suggest(message.title, message.text)
        spent.append((time.perf_counter() - began) * 1000)
        said = [names[route.category[:2]] for route in routes if route.category]
        right = SAME.get(message.label, message.label)
        first.append((routes[0].confidence if routes else 0.0, said[:1] == [right]))
        three += right in said
    yield (
        f"nothing learned, first level of {len(told)} messages: first right "
        f"{sum(ok for _, ok in first) / len(told):.3f}, among three {three / len(told):.3f}; "
        f"median {sorted(spent)[len(spent) // 2]:.1f} ms"
    )
    yield ""
    yield from bands(first)


def main() -> None:
    """Print the figures in the form of docs/routing.md."""
    write = sys.stdout.write
    told = messages()
    truth = [message.label for message in told]
    said = held_out(told, FOLDS, SEED)
    ours = scorecard(truth, [label for label, _ in said])
    lines = [
        f"| five-fold cross-validation, {len(told)} messages | macro F1 | accuracy |",
        "|---|---|---|",
        figures("`bihuan route`", ours),
        figures("character TF-IDF 1–3, linear SVM", scorecard(truth, usual(told))),
        "",
        *confusion(ours),
        "",
        *bands(
            [(chance, label == right) for (label, chance), right in zip(said, truth, strict=True)]
        ),
        "",
    ]
    write("\n".join(lines) + "\n")
    if "--aside" in sys.argv:
        seen, unseen = [m for m in told if not aside(m)], [m for m in told if aside(m)]
        sorter = sort_by(seen)
        labels = [sorter.sort(m.title, m.text)[0] for m in unseen]
        kept = scorecard([m.label for m in unseen], labels)
        write(figures(f"kept aside: {len(seen)} learned, {len(unseen)} asked", kept) + "\n\n")
    write("\n".join([*timing(told), "", *untrained(told), ""]))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    import django

    django.setup()
    from bihuan.config.tools import register_rules

    register_rules()
    main()
