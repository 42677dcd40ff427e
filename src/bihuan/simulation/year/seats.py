"""Who sits where in a year (座席): posts by role and unit with their holders, read again when a post has changed hands."""

from collections.abc import Mapping, Sequence

from bihuan.kernel.cases.city import city
from bihuan.kernel.orgs.acting import Acting, actings_of_all
from bihuan.simulation.dice import Dice
from bihuan.simulation.people import habit_of
from bihuan.simulation.year.setting import YearSetting

CHECKER = "hotline_quality"


class Seats:
    """The present holders of all posts."""

    def __init__(self, setting: YearSetting) -> None:
        self._setting = setting
        self._dice = Dice(setting.seed)
        self.by_post: Mapping[str, Acting] = {}
        self.by_role: Mapping[str, Sequence[str]] = {}
        self.in_unit: Mapping[tuple[str, str], str] = {}  # unit, role → post
        self.leads: Sequence[str] = ()
        self.of_region: Mapping[str, str] = {}  # region → the unit that governs it
        self.conflicts: Mapping[
            str, str
        ] = {}  # unit → a reply checker's post whose holder sits in the unit too
        self.relieved: list[Acting] = []

    @property
    def desk(self) -> str:
        """The unit of the hotline."""
        return self.by_post[self.by_role["hotline_chief"][0]].unit

    def read(self) -> None:
        """Read the holdings; whoever held a post before and no more is among the relieved."""
        found: dict[str, Acting] = {}
        for acting in actings_of_all(self._setting.end):
            found[acting.post] = acting
        gone = [self.by_post[post] for post in sorted(self.by_post)
                if self.by_post[post].person != (found[post].person if post in found else None)]  # fmt: skip
        self.relieved = [*self.relieved, *gone][-50:]
        self.by_post = found
        roles: dict[str, list[str]] = {}
        for post in sorted(found):
            for role in found[post].roles:
                roles.setdefault(role, []).append(post)
        self.by_role = roles
        self.in_unit = {(found[p].unit, role): p for role, posts in roles.items() for p in posts}
        self._choose_leads()

    def _choose_leads(self) -> None:
        """Units with a liaison and a head that are neither the hotline nor above it."""
        above = self.by_post[self.by_role["hotline_chief"][0]].path
        able = [
            unit for unit, role in sorted(self.in_unit)
            if role == "handler" and (unit, "unit_head") in self.in_unit
            and not above.startswith(self.by_post[self.in_unit[unit, role]].path)
        ]  # fmt: skip
        self.leads = able
        rulers = [acting for acting in self.by_post.values() if CHECKER in acting.roles]
        paths = {unit: self.by_post[self.in_unit[unit, "handler"]].path for unit in able}
        self.conflicts = {
            unit: ruler.post for unit, path in paths.items() for ruler in rulers
            if any(place.startswith(path) for place in ruler.elsewhere)
        }  # fmt: skip
        units = city().units
        self.of_region = {units[u].region: u for u in able if units[u].kind == "county"}

    def is_below(self, unit: str, other: str) -> bool:
        """True where a unit is another one or stands below it."""
        post, above = self.in_unit.get((unit, "handler")), self.in_unit.get((other, "handler"))
        if post is None or above is None:
            return unit == other
        return self.by_post[post].path.startswith(self.by_post[above].path)

    def habit(self, unit: str) -> str:
        """What kind of worker a unit's liaison is."""
        post = self.in_unit.get((unit, "handler"))
        person = self.by_post[post].person if post else None
        return habit_of(self._dice, person) if person else "silent"
