"""What is known of one demand while it lives: where it stands, whose turn it is, what was acknowledged. Data only."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bihuan.simulation.dice import Dice


class Standing(Protocol):
    """How a case stands: its row after a move."""

    number: str
    state: str
    seq: int
    end: str
    data: Mapping[str, Any]
    next_due_at: datetime | None


class LifeDice(Dice):
    """The dice of one demand: one stream for whatever is asked, so that no other demand shifts it."""

    def __init__(self, seed: int, number: int) -> None:
        super().__init__(seed)
        self._stream = random.Random(f"{seed}/demand/{number}")

    def of(self, purpose: str) -> random.Random:
        """The one stream."""
        return self._stream


@dataclass(slots=True, eq=False)
class Life:
    """One demand, or an assisting part of one (`parent`)."""

    id: int
    label: str
    dice: LifeDice
    bytes: random.Random
    head: int
    parent: "Life | None" = None
    nth: int = 0  # which part of its parent
    matter: str = ""
    number: str = ""
    state: str = ""
    seq: int = 0
    end: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    due: datetime | None = None
    acked: int = 0  # acknowledged moves by people
    turns: int = 0
    entry: int = 0  # the queue's valid entry
    refused: int = 0  # refusals in a row
    did: Counter[str] = field(default_factory=Counter)
    since: Counter[str] = field(default_factory=Counter)  # since it last came to a unit
    parts: list["Life"] = field(default_factory=list)

    def stands(self, row: Standing) -> None:
        """Take over how the case stands now."""
        self.number, self.state, self.seq, self.end = row.number, row.state, row.seq, row.end
        self.data, self.due = row.data, row.next_due_at

    def took(self, name: str) -> None:
        """Note what was done."""
        self.did[name] += 1
        if name in ("dispatch", "not_solved", "reopen", "decide", "accept_return"):
            self.since.clear()
        if name == "pass":
            self.since["not_reached"] = 0
        self.since[name] += 1

    @property
    def family(self) -> "Life":
        """The demand itself, of a part."""
        return self.parent or self
