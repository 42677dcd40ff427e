"""The words of the hotline measured: speed on each message, and agreement with the marks of public message sets.

`python -m benchmarks.words` prints it; docs/hotline-words.md quotes it. The sets lie beside the checkout (../shared/data/taidi)
and hold what private persons wrote: only figures leave this program, never a text.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import mean, median, quantiles

from bihuan.hotline.words import clean, personal, places, reply, sameness

ROOT = Path(__file__).resolve().parents[1]
HOMES = (ROOT.parent / "shared", ROOT.parent.parent / "shared")
SURE = 2  # of five teams that named a message to an issue
CONTENT = ("short", "no_answer", "no_fact")
MARKS = (0.30, 0.26, 0.22, 0.18)

Message = tuple[str, str]  # title, text


def rows(name: str) -> list[dict[str, str]]:
    """One of the public sets."""
    for home in HOMES:
        file = home / "data" / "taidi" / name
        if file.exists():
            with file.open(encoding="utf-8") as opened:
                return list(csv.DictReader(opened))
    raise SystemExit(f"{name} lies in none of {', '.join(map(str, HOMES))}")


def speed(texts: Sequence[str]) -> Iterator[str]:
    """Microseconds of processor time a message, each work on each message once."""
    works: dict[str, Callable[[str], object]] = {
        "personal.find": personal.find,
        "personal.mask": personal.mask,
        "clean.clean": lambda text: clean.clean(text, 10**6),
        "places.find": places.find,
        "reply.check": lambda text: reply.check(texts[0], text),
        "sameness.signature": sameness.signature,
    }
    yield f"{len(texts)} messages, {mean(map(len, texts)):.0f} characters on average"
    for name, work in works.items():
        work(texts[0])
        took = [_timed(work, text) * 1e6 for text in texts]
        yield f"  {name}: median {median(took):.0f} us, p99 {quantiles(took, n=100)[98]:.0f} us"


def _timed(work: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    work(text)
    return time.process_time() - started


def likeness() -> Iterator[str]:
    """Pairs of one issue against pairs of an issue and any other message; what the bands bring back."""
    gold = {row["留言编号"]: row for row in rows("hot_weak_gold.csv")}
    hot = rows("hot_messages.csv")
    issues = [_issue(gold.get(row["留言编号"])) for row in hot]
    asked = [at for at, issue in enumerate(issues) if issue not in ("", "?")]
    signed = [sameness.signature(row["留言详情"], row["留言主题"]) for row in hot]
    pairs = [
        (sameness.similarity(signed[one], signed[other]), issues[one] == issues[other])
        for one in asked
        for other in range(len(hot))
        if issues[other] != "?" and other != one and (issues[one] != issues[other] or other > one)
    ]
    same = sum(alike for _, alike in pairs)
    yield f"{len(asked)} messages of {len({issues[at] for at in asked})} issues among {len(hot)}: {same} pairs"
    for mark in MARKS:
        offered = [alike for likeness, alike in pairs if likeness >= mark]
        yield f"  at {mark}: precision {sum(offered) / len(offered):.3f}, recall {sum(offered) / same:.3f}"
    yield from _bands([*signed, *_others()], issues, asked)


def _issue(gold: dict[str, str] | None) -> str:
    if gold is None:
        return ""
    return gold["issue"] if int(gold["teams_listing_it_in_top5"]) >= SURE else "?"


def _others() -> Iterator[sameness.Signature]:
    for row in rows("labelled.csv"):
        yield sameness.signature(row["text"], row["title"])
    for row in rows("replies.csv"):
        yield sameness.signature(row["留言详情"], row["留言主题"])


def _bands(
    signed: Sequence[sameness.Signature], issues: Sequence[str], asked: Sequence[int]
) -> Iterator[str]:
    holders: dict[int, list[int]] = defaultdict(list)
    for at, signature in enumerate(signed):
        for band in signature.bands:
            holders[band].append(at)
    hundred, touched = [], []
    for one in asked:
        shared = Counter(at for band in signed[one].bands for at in holders[band] if at != one)
        same = {at for at in asked if issues[at] == issues[one] and at != one}
        if same:
            best = {at for at, _ in shared.most_common(100)}
            hundred.append(len(same & best) / len(same))
    for one in range(0, len(signed), 20):
        touched.append(
            len({at for band in signed[one].bands for at in holders[band]}) / len(signed)
        )
    yield f"  by bands among {len(signed)}: {mean(hundred):.3f} of the same issue are in the best 100"
    yield f"  a message shares a band with {mean(touched):.2%} of all, p95 {quantiles(touched, n=20)[18]:.2%}"


def replies() -> Iterator[str]:
    """How often each hint stands on replies that people marked low and high."""
    found = {
        row["留言编号"]: {
            hint.code
            for hint in reply.check(row["留言主题"] + "\n" + row["留言详情"], row["答复意见"])
        }
        for row in rows("replies.csv")
    }
    labels = rows("replies_human_labels.csv")
    for column in [name for name in labels[0] if name != "留言编号"]:
        low = [found[row["留言编号"]] for row in labels if row[column] == "0"]
        high = [found[row["留言编号"]] for row in labels if row[column] == "1"]
        yield f"{column}: {len(low)} low, {len(high)} high"
        yield f"  {', '.join(CONTENT)}: low {_share(low, CONTENT)}, high {_share(high, CONTENT)}"
        for code in reply.CHECKS:
            yield f"  {code}: low {_share(low, (code,))}, high {_share(high, (code,))}"


def _share(codes: Sequence[set[str]], wanted: Sequence[str]) -> str:
    hit = sum(bool(found & set(wanted)) for found in codes)
    return f"{hit}/{len(codes)} ({hit / len(codes):.1%})"


def main() -> None:
    """Print every figure."""
    texts = [f"{row['留言主题']}\n{row['留言详情']}" for row in rows("hot_messages.csv")]
    for part in (speed(texts), likeness(), replies()):
        for line in part:
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
