"""What somebody does next with a case of any matter: read from the flow, who may and what forms ask. Decides only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bihuan.kernel.matters.definition import BACK, SAME, Action, Grant, Matter
from bihuan.simulation.dice import Dice
from bihuan.simulation.memory import Chronicle, Memory, codes
from bihuan.simulation.values import MARK, Palette, fill

PURPOSE = "choices"
FORGETS = 0.08  # the share of forms in which what must be filled in is forgotten
PRIMARY, PLAIN, QUIET, ABANDONING = 100, 14, 8, 3


class Profile(Protocol):
    """What a domain knows better than chance: which action is likely now, and what its form says."""

    def weight(self, case: Chronicle, name: str, weight: int, now: datetime) -> int:
        """How likely an action is; `weight` is what the flow alone suggests."""

    def values(self, case: Chronicle, name: str, now: datetime) -> Mapping[str, object] | None:
        """What to fill in; None to leave it to chance."""

    def opens_by_hand(self, matter: Matter) -> bool:
        """True where people open cases of it one by one."""


@dataclass(frozen=True)
class Deed:
    """An action that somebody may take: the post and person, and the form filled in."""

    name: str
    post: str
    person: int
    values: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, list[str]] = field(default_factory=dict)


class Chooser:
    """Chooses among what is possible."""

    def __init__(self, memory: Memory, dice: Dice, profile: Profile) -> None:
        self.memory = memory
        self.dice = dice
        self.profile = profile

    def next_deed(self, case: Chronicle, now: datetime) -> Deed | None:
        """A likely action on the case by somebody who may take it; None where nobody sits who may."""
        able = [
            (name, who, weight)
            for name, action in case.matter.actions.items()
            if case.state in action.sources
            if (weight := self._weight(case, name, action, now)) > 0
            if (who := self._who_may(case, action))
        ]
        if not able:
            return None
        name, who = self.dice.weighted(PURPOSE, [((n, w), weight) for n, w, weight in able])
        post, person = self.dice.one(PURPOSE, who)
        return self.filled(case, name, post, person, now)

    def any_deed(self, case: Chronicle, now: datetime) -> Deed | None:
        """What a stranger tries: any action of the matter, from any post."""
        seats = [(post, person) for person, posts in self.memory.held.items() for post in posts]
        if not seats:
            return None
        name = self.dice.one(PURPOSE, list(case.matter.actions))
        post, person = self.dice.one(PURPOSE, seats)
        return self.filled(case, name, post, person, now)

    def filled(self, case: Chronicle, name: str, post: str, person: int, now: datetime) -> Deed:
        """The deed with its form filled in."""
        action = case.matter.actions[name]
        known = self.profile.values(case, name, now)
        values = self._values(case, action, now) if known is None else known
        return Deed(name, post, person, values, self._files(case.matter, action, case, name))

    def opening(self, matter: Matter, now: datetime) -> Deed | None:
        """A new case of the matter by somebody who may open one."""
        seats = self._seats(matter.opened_by, {})
        if not seats:
            return None
        post, person = self.dice.one(PURPOSE, seats)
        fields = {n: f for n, f in matter.fields.items() if n != matter.opener}
        units = {n: self.able_units(matter, n) for n in matter.unit_fields}
        values = fill(fields, self.dice, self.palette(now), units=units)
        return Deed(matter.key, post, person, values)

    def conflicts(self, case: Chronicle) -> list[tuple[str, str, int]]:
        """(action, post, person) of those who should keep away from what the case waits for, likeliest first.

        Whoever has the role and a second post in the handling unit; where there is nobody, the handling unit itself.
        """
        open_now = [
            (n, a) for n, a in case.matter.actions.items() if case.state in a.sources and a.not_by
        ]
        with_role: list[tuple[str, str, int]] = []
        without: list[tuple[str, str, int]] = []
        for name, action in open_now:
            barred = [self.memory.path(u) for f in action.not_by for u in codes(case.data, f)]
            able = self._seats(action.by, case.data)
            with_role += [(name, *s) for s in able if self._is_barred(s[1], barred)]
            for person, posts in self.memory.held.items():
                if self._is_barred(person, barred):
                    without += [(name, post, person) for post in posts]
        return with_role or without

    def palette(self, now: datetime) -> Palette:
        """The codes in use."""
        city = self.memory.city
        today = now.astimezone(city.info.zone).date()
        active = [u for u in city.units if u not in self.memory.ended_units]
        posts = [p.code for p in city.posts.values() if p.unit not in self.memory.ended_units]
        return Palette(today, active, posts, list(city.regions))

    def able_units(self, matter: Matter, name: str) -> Sequence[str]:
        """The units in which somebody sits who can act as this party."""
        roles = {g.role for a in matter.actions.values() for g in a.by if g.party == name}
        city = self.memory.city
        seats = [city.posts[post] for posts in self.memory.held.values() for post in posts]
        units = list(dict.fromkeys(p.unit for p in seats if roles & set(p.roles)))
        return sorted(unit for unit in units if unit not in self.memory.ended_units)

    def _weight(self, case: Chronicle, name: str, action: Action, now: datetime) -> int:
        target = case.matter.states.get(action.to)
        if action.primary:
            weight = PRIMARY
        elif target is not None and target.end == "other":
            weight = ABANDONING
        else:
            weight = QUIET if action.to in (SAME, BACK) or action.remember else PLAIN
        return self.profile.weight(case, name, weight, now)

    def _who_may(self, case: Chronicle, action: Action) -> list[tuple[str, int]]:
        """(post, person) who may by role; those who must keep away are left out unless they are all there is."""
        seats = self._seats(action.by, case.data)
        barred = [self.memory.path(u) for name in action.not_by for u in codes(case.data, name)]
        own = {case.by[m.seq] for m in case.moves if m.action in action.other_than}
        fresh = [seat for seat in seats if seat[1] not in own]
        clean = [seat for seat in fresh if not self._is_barred(seat[1], barred)]
        return clean or (seats if self.dice.happens(PURPOSE, 0.1) else [])

    def _is_barred(self, person: int, barred: Sequence[str]) -> bool:
        places = self.memory.places_of(person)
        return any(place.startswith(path) for path in barred for place in places)

    def _seats(self, grants: Sequence[Grant], data: Mapping[str, Any]) -> list[tuple[str, int]]:
        city, found = self.memory.city, []
        for person, posts in self.memory.held.items():
            for code in posts:
                post = city.posts[code]
                if any(self._fits(grant, post.roles, post.unit, data) for grant in grants):
                    found.append((code, person))
        return found

    def _fits(self, grant: Grant, roles: Sequence[str], unit: str, data: Mapping[str, Any]) -> bool:
        if grant.role not in roles:
            return False
        if not grant.party:
            return True
        place = self.memory.path(unit)
        return any(place.startswith(self.memory.path(u)) for u in codes(data, grant.party))

    def _values(self, case: Chronicle, action: Action, now: datetime) -> dict[str, object]:
        matter, dice, palette = case.matter, self.dice, self.palette(now)
        units = {n: self.able_units(matter, n) for n in matter.unit_fields}
        required = () if dice.happens("habits", FORGETS) else matter.expand(action.requires)
        edited = {
            name: matter.fields[name]
            for name in action.edits
            if (name in required and not case.data.get(name)) or dice.happens(PURPOSE, 0.3)
        }
        values = fill(edited, dice, palette, always=list(edited), units=units)
        return values | self._joined_to(case, edited) | fill(action.form, dice, palette)

    def _joined_to(self, case: Chronicle, edited: Mapping[str, object]) -> dict[str, object]:
        """The case that this one is joined to: an open one of the same matter, where there is any."""
        follows = case.matter.follows
        if follows is None or follows.field not in edited:
            return {}
        others = [
            one.number
            for one in self.memory.open_cases()
            if one.matter.key == case.matter.key and one.number != case.number
        ]
        return {follows.field: self.dice.one(PURPOSE, others)} if others else {}

    def _files(
        self, matter: Matter, action: Action, case: Chronicle, name: str
    ) -> dict[str, list[str]]:
        fields = {**{n: matter.fields[n] for n in action.edits}, **action.form}
        found: dict[str, list[str]] = {}
        for key, one in fields.items():
            if one.type == "files" and (one.required or self.dice.happens(PURPOSE, 0.25)):
                found[key] = [f"佐证{case.label}-{len(case.moves)}{MARK}"]
        return found
