"""Draws a flow (流程图): boxes in columns, edges that pass between them, labels that do not meet. Pure geometry."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bihuan.web.layers import Layers, Pair, into_layers

BOX_HEIGHT, ROW_GAP, HELPER_HEIGHT = 48.0, 22.0, 16.0
PORT_GAP, MARGIN, TIP = 11.0, 14.0, 8.0
LINE = 13.0
PULLS = 8


@dataclass(frozen=True)
class Node:
    """A box to draw: its label and a small line under it."""

    name: str
    label: str
    under: str = ""


@dataclass(frozen=True)
class Edge:
    """An arrow to draw, with the actions that lead along it."""

    source: str
    target: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Box:
    """A box with its place."""

    name: str
    label: str
    under: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Where its texts are centred."""
        return self.x + self.width / 2

    @property
    def centre_y(self) -> float:
        """Base line of a label that stands alone."""
        return self.y + self.height / 2 + 5

    @property
    def label_y(self) -> float:
        """Base line of a label with a small line under it."""
        return self.y + 21

    @property
    def under_y(self) -> float:
        """Base line of the small line."""
        return self.y + 38


@dataclass(frozen=True)
class Text:
    """One line of an edge's label, centred at x; y is its base line."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Arrow:
    """An edge with its path (SVG path data), its tip (polygon points) and its label."""

    source: str
    target: str
    path: str
    tip: str
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class Picture:
    """A drawing that fits into width × height."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def text_width(text: str, size: float = 14) -> float:
    """About how wide a text is: a Chinese character is as wide as high, a Latin one a bit more than half."""
    return sum(size if ord(c) > 0x2E7F else size * 0.56 for c in text)


def draw(nodes: Sequence[Node], edges: Sequence[Edge], *, labelled: bool) -> Picture:
    """Lay a flow out from left to right; the first node is where it begins. Edges name each pair once."""
    layers = into_layers([n.name for n in nodes], [(e.source, e.target) for e in edges])
    width = max([76.0, *(max(text_width(n.label), text_width(n.under, 11)) + 22 for n in nodes)])
    longest = max((text_width(t, 11) for e in edges for t in e.labels), default=0)
    gap = max(64.0, longest + 26) if labelled else 42.0
    middles = _middles(layers)
    place = {
        name: (MARGIN + column * (width + gap), middles[name])
        for column, names in enumerate(layers.columns)
        for name in names
    }
    boxes = tuple(
        Box(n.name, n.label, n.under, *_corner(place[n.name]), width, BOX_HEIGHT) for n in nodes
    )
    arrows = _arrows(edges, layers, place, width, boxes if labelled else None)
    return Picture(
        width=2 * MARGIN + len(layers.columns) * (width + gap) - gap,
        height=max(y + _size(name) / 2 for name, (_, y) in place.items()) + MARGIN,
        boxes=boxes,
        arrows=arrows,
    )


def _corner(point: tuple[float, float]) -> tuple[float, float]:
    return point[0], point[1] - BOX_HEIGHT / 2


def _size(name: str) -> float:
    return HELPER_HEIGHT if "#" in name else BOX_HEIGHT


def _middles(layers: Layers) -> dict[str, float]:
    """The height at which each name's middle stands: pulled towards its neighbours, never overlapping."""
    near: dict[str, list[str]] = {}
    for chain in layers.chains.values():
        for a, b in itertools.pairwise(chain):
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
    middles: dict[str, float] = {}
    for names in layers.columns:
        _spread(names, dict.fromkeys(names, 0.0), middles)
    for _ in range(PULLS):
        for names in layers.columns:
            wanted = {
                n: sum(middles[m] for m in near[n]) / len(near[n]) if n in near else middles[n]
                for n in names
            }
            _spread(names, wanted, middles)
    top = min(middles[n] - _size(n) / 2 for n in middles)
    return {name: value - top + MARGIN for name, value in middles.items()}


def _spread(names: Sequence[str], wanted: Mapping[str, float], middles: dict[str, float]) -> None:
    """Place a column in its order, each as near to what it wants as the ones above allow, then even out."""
    floor = None
    for name in names:
        half = _size(name) / 2
        at = wanted[name] if floor is None else max(wanted[name], floor + half)
        middles[name] = at
        floor = at + half + ROW_GAP
    shift = sum(wanted[n] - middles[n] for n in names) / len(names)
    for name in names:
        middles[name] += shift


def _arrows(
    edges: Sequence[Edge],
    layers: Layers,
    place: Mapping[str, tuple[float, float]],
    width: float,
    boxes: Sequence[Box] | None,
) -> tuple[Arrow, ...]:
    ports = _ports(layers, place)
    taken: list[tuple[float, float, float, float]] = [
        (b.x, b.y, b.x + b.width, b.y + b.height) for b in boxes or ()
    ]
    arrows = []
    for edge in edges:
        points = _points((edge.source, edge.target), layers, place, ports, width)
        texts = _label(edge.labels, points, taken) if boxes is not None else ()
        arrows.append(Arrow(edge.source, edge.target, _path(points), _tip(points), texts))
    return tuple(arrows)


def _ports(
    layers: Layers, place: Mapping[str, tuple[float, float]]
) -> dict[tuple[Pair, str], float]:
    """(edge, node) → how far from the box's middle the edge touches it; edges on a side stand in order."""
    sides: dict[tuple[str, bool], list[tuple[float, Pair]]] = {}
    for edge, chain in layers.chains.items():
        for node, other in ((chain[0], chain[1]), (chain[-1], chain[-2])):
            is_right = place[other][0] > place[node][0]
            sides.setdefault((node, is_right), []).append((place[other][1], edge))
    found: dict[tuple[Pair, str], float] = {}
    for (node, _), touching in sides.items():
        for index, (_, edge) in enumerate(sorted(touching)):
            found[edge, node] = (index - (len(touching) - 1) / 2) * PORT_GAP
    return found


Point = tuple[float, float]


def _points(
    edge: Pair,
    layers: Layers,
    place: Mapping[str, Point],
    ports: Mapping[tuple[Pair, str], float],
    width: float,
) -> list[Point]:
    """Where an edge starts, passes each helper (in and out) and ends."""
    chain = layers.chains[edge]
    is_forward = place[chain[-1]][0] > place[chain[0]][0]
    points: list[Point] = []
    for index, name in enumerate(chain):
        x, y = place[name]
        y += ports.get((edge, name), 0.0) if name in edge else 0.0
        enter, leave = (x, x + width) if is_forward else (x + width, x)
        if index:
            points.append((enter, y))
        if index < len(chain) - 1:
            points.append((leave, y))
    return points


def _path(points: Sequence[Point]) -> str:
    """SVG path data: curves between columns, straight lines across a column."""
    end = _before_tip(points)
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for index, (x, y) in enumerate([*points[1:-1], end]):
        from_x, from_y = points[index]
        bend = (from_x + x) / 2
        path.append(f"C{bend:.1f} {from_y:.1f} {bend:.1f} {y:.1f} {x:.1f} {y:.1f}")
    return "".join(path)


def _before_tip(points: Sequence[Point]) -> Point:
    (before, _), (x, y) = points[-2:]
    return (x - TIP if before < x else x + TIP, y)


def _tip(points: Sequence[Point]) -> str:
    x, y = points[-1]
    base, _ = _before_tip(points)
    return f"{x:.1f},{y:.1f} {base:.1f},{y - 4.5:.1f} {base:.1f},{y + 4.5:.1f}"


def _label(
    lines: Sequence[str], points: Sequence[Point], taken: list[tuple[float, float, float, float]]
) -> tuple[Text, ...]:
    """Put a label at the middle of the edge's first stretch, moved up or down until it meets nothing."""
    if not lines:
        return ()
    x = (points[0][0] + points[1][0]) / 2
    middle = (points[0][1] + points[1][1]) / 2
    half = max(text_width(line, 11) for line in lines) / 2
    height = LINE * len(lines)
    for step in range(40):
        top = middle - height / 2 + (step + 1) // 2 * 5.0 * (-1 if step % 2 else 1)
        spot = (x - half, top, x + half, top + height)
        if not any(_meet(spot, other) for other in taken) or step == 39:
            taken.append(spot)
            return tuple(Text(x, top + LINE * n + 10, line) for n, line in enumerate(lines))
    return ()


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
