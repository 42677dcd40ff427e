"""Walking a counter-example by an interpreter of its own: the engine's rule of states and addresses written out again."""

from collections.abc import Iterator

from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.flow import Path
from bihuan.kernel.matters.leaks import Leak

Place = tuple[str, str]  # where a case stands, and the remembered state


def moves(matter: Matter, place: Place) -> Iterator[tuple[str, Action, Place]]:
    """Everything that can be done at a place, and where it leads."""
    state, address = place
    for name, action in matter.actions.items():
        if state not in action.sources or (action.to == "back" and not address):
            continue
        if action.to == "same":
            yield name, action, (state, state if action.remember else address)
        else:
            target = address if action.to == "back" else action.to
            yield name, action, (target, state if action.remember else "")


def walked(matter: Matter, path: Path) -> Place | None:
    """Where a path leads; None where it cannot be walked from the opening."""
    place = (matter.initial, "")
    for step in path:
        known = [(name, target) for name, _, target in moves(matter, place)]
        if (step.action, step.position) not in known:
            return None
        place = step.position
    return place


def replays(matter: Matter, leak: Leak) -> bool:
    """True where the leak's path can be walked and comes to the place that the leak is about."""
    place = walked(matter, leak.path)
    if place is None:
        return False
    at = str(leak.loc[-1] if len(leak.loc) == 1 else leak.loc[1])
    last = leak.path[-1].action if leak.path else ""
    match leak.code:
        case "parked" | "ownerless" | "endless" | "left_to_nobody":
            return place[0] == at
        case "no_address" | "undriven" | "join_early":
            return place[0] in matter.actions[at].sources
        case "address_lost":
            return place[0] in matter.actions[at].sources and bool(place[1])
        case "unverified" | "join_not_system" | "join_stays" | "endless_handoff":
            return last == at
        case "join_unreached" | "parts_endless":
            return not leak.path or last == at
        case "join_circle":
            return walked_before(matter, leak.path)
        case "endless_pause":
            return place[0] in matter.clocks[at].pauses_in
        case "gather_empty":
            return matter.states[place[0]].end == "success"
    return (
        not leak.path
    )  # a slip, or a missing edge: the message names the place, there is nothing to walk


def walked_before(matter: Matter, path: Path) -> bool:
    """True where the last place of a path was visited before: a circle."""
    places = [(matter.initial, ""), *(step.position for step in path)]
    return places[-1] in places[:-1]
