"""What a watcher remembers of a run: the past of each case and who holds which post, fed event by event. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bihuan.kernel.catalog.city import City
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.facts import Child, Moved
from bihuan.simulation.ledger import Seen

POSTS, UNITS = "posts", "units"


@dataclass
class Chronicle:
    """A case as its events tell it."""

    number: str
    label: str
    matter: Matter
    parent: str
    moves: list[Moved] = field(default_factory=list)
    units: list[str] = field(default_factory=list)  # who acted, an entry a move
    by: dict[int, int | None] = field(default_factory=dict)  # event → the person who acted
    children: list[str] = field(default_factory=list)
    return_to: str = ""
    head: str = ""
    looked_at: datetime | None = None  # the instant at which its clocks were last derived

    @property
    def last(self) -> Moved:
        """The latest move."""
        return self.moves[-1]

    @property
    def data(self) -> Mapping[str, Any]:
        """The case's data now."""
        return self.moves[-1].data if self.moves else {}

    @property
    def state(self) -> str:
        """Where it stands now."""
        return self.moves[-1].to if self.moves else ""

    @property
    def end(self) -> str:
        """How it ended; empty while it is open."""
        return self.matter.states[self.state].end

    def owner_at(self, move: Moved) -> str:
        """The unit that owned the case after a move; empty at an end."""
        state = self.matter.states[move.to]
        return "" if state.end else next(iter(codes(move.data, state.owner)), "")

    def add(self, event: Seen, content: Mapping[str, Any]) -> None:
        """Take in the next event."""
        data = {**self.data, **content["edits"]}
        self.moves.append(
            Moved(
                event.seq, event.at, event.action, content["from"], content["to"],
                data, content["given"],
            )
        )  # fmt: skip
        self.units.append(event.unit)
        self.by[event.seq] = event.person
        self.return_to, self.head = content["return_to"], event.hash
        self.looked_at = event.at


def codes(data: Mapping[str, Any], name: str) -> list[str]:
    """The unit codes in a field, whether it holds one or several."""
    value = data.get(name)
    return [str(c) for c in value] if isinstance(value, list) else ([str(value)] if value else [])


class Memory:
    """All cases of a run, and the present holders of all posts, as the ledger tells them."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.cases: dict[str, Chronicle] = {}
        self.labels: dict[str, str] = {}  # label → number
        self.held: dict[int, list[str]] = {}  # person → posts, in the order of appointment
        self.ended_units: dict[str, str] = {}  # a unit merged away → the one that took over

    def open(self, event: Seen, label: str, matter: Matter) -> Chronicle:
        """Begin the chronicle of a new case."""
        parent = str(event.content["parent"])
        found = Chronicle(event.stream, label, matter, parent)
        self.cases[event.stream] = found
        self.labels[label] = event.stream
        if parent in self.cases:
            self.cases[parent].children.append(event.stream)
        return found

    def appointed(self, event: Seen) -> None:
        """Take in an event of the stream of appointments."""
        content = event.content
        if event.action == "appoint":
            self.held.setdefault(content["person"], []).append(content["post"])
        elif event.action == "relieve":
            held = self.held.get(content["person"], [])
            if content["post"] in held:
                held.remove(content["post"])

    def merged(self, event: Seen) -> None:
        """Take in an event of the stream of units."""
        if event.action == "merge_unit":
            self.ended_units[event.content["unit"]] = event.content["into"]

    def heir(self, unit: str) -> str:
        """The unit that carries on the work of a unit: itself while it is there."""
        while unit in self.ended_units:
            unit = self.ended_units[unit]
        return unit

    def children_of(self, case: Chronicle) -> tuple[Child, ...]:
        """The cases that this one opened, as they stand, in the order of opening."""
        found = [self.cases[number] for number in case.children]
        return tuple(Child(c.number, c.matter.key, c.state, c.end) for c in found)

    def path(self, unit: str) -> str:
        """The codes from the root down to a unit, each followed by a slash; empty for an unknown one."""
        return self.city.unit_path(unit) if unit in self.city.units else ""

    def places_of(self, person: int) -> list[str]:
        """The unit paths of all posts that a person holds."""
        return [self.path(self.city.posts[post].unit) for post in self.held.get(person, [])]

    def open_cases(self) -> Iterator[Chronicle]:
        """Every case that has not ended, in the order of opening."""
        return (case for case in self.cases.values() if not case.end)
