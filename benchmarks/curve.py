"""Draws the learning curves of the lead suggestion as an SVG of its own: panels side by side, one line a system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, TOP, GAP = 240, 220, 48, 44, 56
COLOURS = ("#b3261e", "#c77700", "#e3b98f", "#2f6f4f", "#3559a8", "#8a8a8a")
FONT = 'font-family="sans-serif" font-size="11"'


@dataclass(frozen=True)
class Line:
    """A system's share of right leads at each size: named first, and among the first three."""

    name: str
    first: Sequence[float]
    three: Sequence[float]


@dataclass(frozen=True)
class Panel:
    """A split: what was learned and asked, how many tasks `all` is, a line a system."""

    title: str
    tasks: int
    lines: Sequence[Line]


def draw(panels: Sequence[Panel], sizes: Sequence[int | None]) -> str:
    """The picture; solid lines are top-1, dashed ones top-3."""
    wide = LEFT + len(panels) * (WIDTH + GAP)
    high = TOP + HEIGHT + 50 + 18 * len(panels[0].lines)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" role="img">',
        "<title>Share of tasks whose lead was named right, by tasks learned from</title>",
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, LEFT + number * (WIDTH + GAP), sizes)
    parts += _legend(panels[0].lines, TOP + HEIGHT + 48)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel: Panel, left: int, sizes: Sequence[int | None]) -> Iterator[str]:
    yield f'<text x="{left}" y="{TOP - 16}" {FONT} font-weight="bold">{escape(panel.title)}</text>'
    places = [left + WIDTH * (panel.tasks if s is None else s) / panel.tasks for s in sizes]
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = _y(share)
        yield f'<line x1="{left}" x2="{left + WIDTH}" y1="{y}" y2="{y}" stroke="#ddd"/>'
        yield f'<text x="{left - 6}" y="{y + 4}" {FONT} text-anchor="end">{share:.0%}</text>'
    for place, size in zip(places, sizes, strict=True):
        said = str(panel.tasks if size is None else size)
        if size is not None and place > left + WIDTH - 26:
            continue  # `all` stands so near that both could not be read
        yield f'<text x="{place:.0f}" y="{_y(0) + 16}" {FONT} text-anchor="middle">{said}</text>'
    yield (
        f'<text x="{left + WIDTH / 2:.0f}" y="{_y(0) + 32}" {FONT} text-anchor="middle">'
        "past tasks learned from</text>"
    )
    for line, colour in zip(panel.lines, COLOURS, strict=False):
        for values, dash in ((line.first, ""), (line.three, ' stroke-dasharray="4 3"')):
            at = " ".join(f"{x:.1f},{_y(v)}" for x, v in zip(places, values, strict=True))
            yield f'<polyline points="{at}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'


def _y(share: float) -> float:
    return round(TOP + HEIGHT * (1 - share), 1)


def _legend(lines: Sequence[Line], top: int) -> Iterator[str]:
    for number, (line, colour) in enumerate(zip(lines, COLOURS, strict=False)):
        y = top + number * 18
        yield f'<line x1="{LEFT}" x2="{LEFT + 30}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
        yield f'<text x="{LEFT + 38}" y="{y + 4}" {FONT}>{escape(line.name)}</text>'
    yield f'<text x="{LEFT + 240}" y="{top + 4}" {FONT}>solid: lead named first; dashed: among three</text>'
