"""Drawings of flows: no boxes meet, every edge goes from its box to its box, the path taken is the one taken."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.history import events_of
from bihuan.web.drawing import BOX_HEIGHT, Box, Edge, Node, Picture, draw
from bihuan.web.flow import draw_case, draw_matter, path_taken
from bihuan.web.layers import into_layers
from tests.cast import Cast

NAMES = "abcdefgh"
PAIRS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda p: p[0] != p[1]),
    unique=True,
    max_size=20,
)


def meet(a: Box, b: Box) -> bool:
    """Whether two boxes overlap."""
    across = a.x < b.x + b.width and b.x < a.x + a.width
    return across and a.y < b.y + b.height and b.y < a.y + a.height


def check(picture: Picture) -> None:
    """What holds for every drawing."""
    assert not [(a.name, b.name) for a, b in combinations(picture.boxes, 2) if meet(a, b)]
    place = {box.name: box for box in picture.boxes}
    for box in picture.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= picture.width
        assert box.y + box.height <= picture.height + 0.01
    for arrow in picture.arrows:
        x, y = (float(n) for n in arrow.path[1:].split("C")[0].split())
        source, target = place[arrow.source], place[arrow.target]
        assert x in (round(source.x, 1), round(source.x + source.width, 1))
        tip_x, tip_y = (float(n) for n in arrow.tip.split()[0].split(","))
        assert tip_x in (round(target.x, 1), round(target.x + target.width, 1))
        assert abs(y - source.y - source.height / 2) < 8 * BOX_HEIGHT
        assert abs(tip_y - target.y - target.height / 2) < 8 * BOX_HEIGHT


@given(PAIRS)
def test_any_flow_is_drawn_without_overlap(pairs: list[tuple[str, str]]) -> None:
    nodes = [Node(name, f"环节{name}") for name in NAMES]
    check(draw(nodes, [Edge(a, b, ("动作",)) for a, b in pairs], labelled=True))


@given(PAIRS)
def test_forward_edges_run_to_the_right(pairs: list[tuple[str, str]]) -> None:
    layers = into_layers(NAMES, pairs)
    column = {n: i for i, names in enumerate(layers.columns) for n in names}
    for chain in layers.chains.values():
        steps = {column[b] - column[a] for a, b in pairwise(chain)}
        assert steps in ({1}, {-1})


@pytest.mark.parametrize("key", list(city().matters))
def test_every_matter_is_drawn_with_all_its_states(key: str) -> None:
    matter = city().matters[key]
    drawn = draw_matter(matter)
    assert {box.name for box, _ in drawn.boxes} == set(matter.states)
    assert any("verifying" in kind for _, kind in drawn.arrows)
    boxes, arrows = (tuple(one for one, _ in pairs) for pairs in (drawn.boxes, drawn.arrows))
    check(Picture(drawn.width, drawn.height, boxes, arrows))


def test_the_path_taken_is_marked(cast: Cast) -> None:
    task = cast.claimed()
    events = events_of(task)
    assert path_taken(events) == {
        ("drafting", "issued"),
        ("issued", "in_progress"),
        ("in_progress", "claimed"),
    }
    drawn = draw_case(city().matters["plan.task"], events, task.state)
    kinds = {box.name: kind for box, kind in drawn.boxes}
    assert kinds["claimed"] == "now"
    assert kinds["issued"] == "been"
    assert "withdrawn" not in kinds
