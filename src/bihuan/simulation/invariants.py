"""What must hold after every event, reckoned from the events alone. Reads nothing; the stored rows are checked elsewhere.

Written beside the engine, not with it: the chain, who may act, who must keep away, guards, what must be filled in.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from cryptography.hazmat.primitives import hashes

from bihuan.kernel.matters.definition import SYSTEM, Action, Grant, Matter
from bihuan.kernel.matters.facts import GUARDS, Facts, Moved, beyond_limits
from bihuan.kernel.matters.fields import EMPTY
from bihuan.simulation.ledger import Seen
from bihuan.simulation.memory import POSTS, Chronicle, Memory, codes

NOTES = ("succeed",)  # events that are no action of any matter
LINKED = (
    "stream", "seq", "action", "person", "person_name", "post", "unit", "matter", "version",
    "definition", "prev",
)  # fmt: skip


class Broken(Exception):
    """An invariant does not hold: which one, on which case, and what was seen."""

    def __init__(self, invariant: str, label: str, what: str) -> None:
        super().__init__(f"{invariant}: {label} {what}")
        self.invariant = invariant
        self.label = label
        self.what = what


def require(holds: object, invariant: str, label: str, what: str) -> None:
    """Raise Broken unless it holds."""
    if not holds:
        raise Broken(invariant, label, what)


def check_chain(event: Seen, seq: int, head: str, algorithm: str, label: str) -> None:
    """The event follows its predecessor and its hash is that of its content."""
    require(event.seq == seq + 1, "chain", label, f"event {event.seq} follows {seq}")
    require(event.prev == head, "chain", label, f"event {event.seq} does not link to {seq}")
    columns: dict[str, Any] = {name: getattr(event, name) for name in LINKED}
    columns["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    columns["content"] = event.content
    text = json.dumps(
        [algorithm, columns], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    require(
        _digest(algorithm, text.encode()) == event.hash, "chain", label,
        f"event {event.seq} does not have the hash of its content",
    )  # fmt: skip


def _digest(algorithm: str, data: bytes) -> str:
    if algorithm == "sha256":
        return hashlib.sha256(data).hexdigest()
    hasher = hashes.Hash(hashes.SM3())
    hasher.update(data)
    return hasher.finalize().hex()


def check_move(event: Seen, case: Chronicle, memory: Memory) -> None:
    """Everything about the latest move of a case; `memory` stands as the ledger stood when it was written."""
    move, before = case.last, case.moves[-2] if len(case.moves) > 1 else None
    at = f"event {event.seq} {event.action}"
    if before is None:
        _check_opening(event, case, memory)
        return
    require(before.at <= move.at, "time_forward", case.label, f"{at} is older than its predecessor")
    require(move.source == before.to, "flow", case.label, f"{at} leaves a state where it was not")
    if event.action in NOTES:
        _check_note(event, case, before, memory)
        return
    action = case.matter.actions.get(move.action)
    require(action and before.to in action.sources, "flow", case.label, f"{at} from {before.to}")
    assert action is not None
    _check_actor(event, case, action, before, memory)
    _check_filled(case, action, at)
    _check_guards(case, action, before, memory, at)
    if case.end == "success":
        _check_confirmed(case, at)


def _check_opening(event: Seen, case: Chronicle, memory: Memory) -> None:
    if case.parent:  # opened by an action, whose own permission was checked
        return
    allowed = any(_has_role(event, grant, {}, memory) for grant in case.matter.opened_by)
    require(allowed, "permission", case.label, f"opened by post {event.post}")


def _check_note(event: Seen, case: Chronicle, before: Moved, memory: Memory) -> None:
    """What is no action of the matter moves nothing; a merger only puts the new unit where the old one stood."""
    at = f"event {event.seq} {event.action}"
    require(case.last.to == before.to, "flow", case.label, f"{at} moved the case")
    for name, value in event.content["edits"].items():
        was = codes(before.data, name)
        heirs = list(dict.fromkeys(memory.heir(unit) for unit in was))
        wanted = heirs if isinstance(before.data.get(name), list) else heirs[0]
        require(value == wanted, "merged", case.label, f"{at} made {name} {value}, not {wanted}")


def _check_actor(
    event: Seen, case: Chronicle, action: Action, before: Moved, memory: Memory
) -> None:
    """The person held the post then, the post has a role that may, and nobody who must keep away acted."""
    at = f"event {event.seq} {event.action}"
    if event.person is None:
        allowed = any(grant.role == SYSTEM for grant in action.by)
        require(allowed, "permission", case.label, f"{at} by the product itself")
        return
    allowed = any(_has_role(event, grant, before.data, memory) for grant in action.by)
    require(allowed, "permission", case.label, f"{at} by {event.person} in post {event.post}")
    earlier = [move.action for move in case.moves[:-1] if case.by.get(move.seq) == event.person]
    own = set(action.other_than).intersection(earlier)
    require(not own, "other_hand", case.label, f"{at} by {event.person}, who took {sorted(own)}")
    places = memory.places_of(event.person)
    for name in action.not_by:
        for unit in codes(before.data, name):
            path = memory.path(unit)
            near = [place for place in places if place.startswith(path)]
            require(
                not near, "kept_away", case.label,
                f"{at} by {event.person}, who holds a post in {unit} ({name})",
            )  # fmt: skip


def _has_role(event: Seen, grant: Grant, data: Mapping[str, Any], memory: Memory) -> bool:
    if event.post not in memory.held.get(event.person or 0, []):
        return False
    post = memory.city.posts[event.post]
    if grant.role not in post.roles:
        return False
    place = memory.path(post.unit)
    parties = [memory.path(unit) for unit in codes(data, grant.party)] if grant.party else [""]
    return any(place.startswith(path) for path in parties)


def _check_filled(case: Chronicle, action: Action, at: str) -> None:
    sections = case.matter.sections
    for name in action.requires:
        for field in sections[name].fields if name in sections else (name,):
            filled = case.data.get(field) not in EMPTY
            require(filled, "required", case.label, f"{at} left {field} empty")


def _check_guards(case: Chronicle, action: Action, before: Moved, memory: Memory, at: str) -> None:
    """Every rule that the action names lets it pass, on the state before it."""
    if not action.guard and not action.extends:
        return
    facts = Facts(
        matter=case.matter, state=before.to, data=case.data, given=case.last.given,
        history=tuple(case.moves[:-1]), children=memory.children_of(case),
        parameters=memory.city.parameters, now=case.last.at,
    )  # fmt: skip
    if action.extends:
        refusal = beyond_limits(action.extends, facts)
        require(refusal is None, "guard", case.label, f"{at} although {refusal}")
    for name in action.guard:
        refusal = GUARDS[name](facts)
        require(refusal is None, "guard", case.label, f"{at} although {name}: {refusal}")


def _check_confirmed(case: Chronicle, at: str) -> None:
    """Since the handler last owned it, somebody else, or the rule that stands in, has confirmed it."""
    owners = [case.matter.states[move.to].owner for move in case.moves]
    held = max((i for i, owner in enumerate(owners) if owner in case.matter.handler), default=-1)
    later = [case.matter.actions.get(move.action) for move in case.moves[held + 1 :]]
    confirmed = any(action and confirms(case.matter, action) for action in later)
    require(confirmed, "confirmed", case.label, f"{at} ends well though nobody else confirmed it")


def confirms(matter: Matter, action: Action) -> bool:
    """True where an action is taken by somebody who cannot be the handler, or by the rule that stands in."""
    if matter.verified_by_rule and matter.verified_by_rule.rule in action.guard:
        return True
    if any(grant.role == SYSTEM for grant in action.by):
        return False
    named = [matter.actions[name] for name in matter.verify]
    barred = all(name in action.not_by for name in matter.handler)
    return barred and (not named or action in named)


def check_appointment(event: Seen, memory: Memory) -> None:
    """Appointments are in order of time, and nobody is relieved of what they do not hold."""
    held = memory.held.get(event.content["person"], [])
    wanted = event.action == "relieve"
    fits = (event.content["post"] in held) == wanted
    require(
        fits, "appointments", POSTS, f"event {event.seq} {event.action} {event.content['post']}"
    )


def check_carried_over(memory: Memory) -> None:
    """No open case names a unit that was merged away."""
    for case in memory.open_cases():
        for name in case.matter.unit_fields:
            left = [unit for unit in codes(case.data, name) if unit in memory.ended_units]
            require(not left, "carried_over", case.label, f"{name} still names {left}")
