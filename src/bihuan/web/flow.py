"""A matter's flow as a picture: states, the actions between them, and the path that a case has taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.definition import BACK, SAME, Action, Matter
from bihuan.web.drawing import Arrow, Box, Edge, Node, Picture, draw
from bihuan.web.layers import Pair
from bihuan.web.templatetags.shown import label


@dataclass(frozen=True)
class Drawn:
    """A picture with what each box and arrow means: CSS classes, decided here and not in the template."""

    width: float
    height: float
    boxes: tuple[tuple[Box, str], ...]
    arrows: tuple[tuple[Arrow, str], ...]
    said: str


def draw_matter(matter: Matter) -> Drawn:
    """The whole flow of a matter, with owner and actions written in."""
    under = {
        name: label(matter.fields[state.owner]) if state.owner in matter.fields else ""
        for name, state in matter.states.items()
    }
    picture = draw(_nodes(matter, under), _edges(matter, labelled=True), labelled=True)
    return _drawn(matter, picture, frozenset(), frozenset(), "")


def draw_case(matter: Matter, events: Sequence[Event], state: str) -> Drawn:
    """The flow in small, with the states seen, the edges taken and where the case stands now."""
    taken = path_taken(events)
    been = frozenset(name for pair in taken for name in pair) | {state}
    used = [e for e in _edges(matter, labelled=False) if _matters(matter, e, taken)]
    shown = {e.source for e in used} | {e.target for e in used} | been
    nodes = [n for n in _nodes(matter, {}) if n.name in shown]
    return _drawn(matter, draw(nodes, used, labelled=False), been, taken, state)


def path_taken(events: Iterable[Event]) -> frozenset[Pair]:
    """The pairs of states that the events moved between."""
    moves = ((str(e.content["from"]), str(e.content["to"])) for e in events)
    return frozenset((a, b) for a, b in moves if a and a != b)


def targets_of(matter: Matter, action: Action, source: str) -> tuple[str, ...]:
    """Where an action can lead from a state: its state, none for `same`, the remembered ones for `back`."""
    if action.to == SAME:
        return ()
    if action.to != BACK:
        return (action.to,)
    remembering = (a for a in matter.actions.values() if a.remember and a.to == source)
    return tuple(dict.fromkeys(s for a in remembering for s in a.sources))


def _matters(matter: Matter, edge: Edge, taken: frozenset[Pair]) -> bool:
    """The small picture leaves out ends by withdrawal that were not taken."""
    return (edge.source, edge.target) in taken or matter.states[edge.target].end != "other"


def _nodes(matter: Matter, under: dict[str, str]) -> list[Node]:
    first = [matter.initial, *(n for n in matter.states if n != matter.initial)]
    return [Node(name, label(matter.states[name]), under.get(name, "")) for name in first]


def _edges(matter: Matter, *, labelled: bool) -> list[Edge]:
    found: dict[Pair, list[str]] = {}
    for action in matter.actions.values():
        for source in action.sources:
            for target in targets_of(matter, action, source):
                if target != source:
                    found.setdefault((source, target), []).append(label(action))
    return [Edge(a, b, tuple(names) if labelled else ()) for (a, b), names in found.items()]


def _verifying(matter: Matter) -> frozenset[Pair]:
    return frozenset(
        (source, target)
        for action in matter.actions.values()
        if matter.is_independent(action)
        for source in action.sources
        for target in targets_of(matter, action, source)
    )


def _drawn(
    matter: Matter, picture: Picture, been: frozenset[str], taken: frozenset[Pair], now: str
) -> Drawn:
    verifying = _verifying(matter)
    boxes = tuple((box, _box_class(matter, box.name, been, now)) for box in picture.boxes)
    arrows = tuple(
        (
            arrow,
            " ".join(
                word
                for word, holds in (
                    ("taken", (arrow.source, arrow.target) in taken),
                    ("verifying", (arrow.source, arrow.target) in verifying),
                )
                if holds
            ),
        )
        for arrow in picture.arrows
    )
    said = "、".join(label(matter.states[name]) for name in matter.states if name in been)
    return Drawn(picture.width, picture.height, boxes, arrows, said)


def _box_class(matter: Matter, name: str, been: frozenset[str], now: str) -> str:
    end = matter.states[name].end
    words = ["now"] if name == now else ["been"] if name in been else []
    return " ".join([*words, *(["end"] if end else []), *(["success"] if end == "success" else [])])
