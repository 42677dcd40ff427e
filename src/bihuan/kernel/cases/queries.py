"""Reads of cases: what a person may see, and what they can do now. Lists stand in waiting and finding. Writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.kernel.cases.city import city, matter_at, sealed_matters
from bihuan.kernel.cases.desks import sealed_desk
from bihuan.kernel.cases.models import Case, CaseDesk, CaseParty, MatterVersion
from bihuan.kernel.cases.others import took_before
from bihuan.kernel.cases.permissions import all_parties, may_act
from bihuan.kernel.errors import NoSuchCase
from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.queries import unit_paths, units_below


@dataclass(frozen=True)
class Offer:
    """An action that somebody may take on a case now, and the post in which they may."""

    name: str
    action: Action
    actor: Acting


@dataclass(frozen=True)
class Sight:
    """What a person may see of the cases: all of them, or those on the desks of some units."""

    everything: bool
    units: tuple[str, ...]
    sealed: tuple[str, ...] = ()  # desks of sealed matters, which `everything` does not cover
    barred: tuple[
        str, ...
    ] = ()  # units whose people this person is among: what is hidden from those
    is_split: bool = (
        False  # posts in several units: one of them may be barred from what another reads
    )

    def __bool__(self) -> bool:
        return self.everything or bool(self.desks)

    @property
    def desks(self) -> tuple[str, ...]:
        """All desks that are looked at."""
        return (*self.units, *self.sealed)

    def covers(self, unit: str) -> bool:
        """Whether every case that a unit takes part in is seen."""
        return self.everything or unit in self.units


def sight_of(actings: Sequence[Acting]) -> Sight:
    """What a person may see in any of their posts: by role (city, subtree, own) and unit."""
    roles = city().roles
    sights = [({roles[r].sees for r in acting.roles if r in roles}, acting) for acting in actings]
    sealed, barred = _sealed_desks(actings), barred_units(actings)
    is_split = len({path for acting in actings for path in (acting.path, *acting.elsewhere)}) > 1
    if any("city" in sees for sees, _ in sights):
        return Sight(True, (), sealed, barred, is_split)
    units = {acting.unit for sees, acting in sights if "own" in sees}
    trees = [acting.path for sees, acting in sights if "subtree" in sees]
    return Sight(False, tuple(sorted(units | units_below(trees))), sealed, barred, is_split)


def _sealed_desks(actings: Sequence[Acting]) -> tuple[str, ...]:
    """The desks of sealed matters that a person looks at: of each post's unit, where the matter names its role."""
    found: set[str] = set()
    for matter in sealed_matters().values():
        for acting in actings:
            named = acting.roles & matter.seen_by
            if named:
                trees = [acting.path] if _sees_below(named) else []
                units = {acting.unit} | units_below(trees)
                found |= {sealed_desk(unit, matter.key) for unit in units}
    return tuple(sorted(found))


def _sees_below(roles: Iterable[str]) -> bool:
    known = city().roles
    return any(known[role].sees == "subtree" for role in roles if role in known)


def barred_units(actings: Sequence[Acting]) -> tuple[str, ...]:
    """The units whose people a person is among in any post; nothing that is hidden from one of them is shown."""
    if not sealed_matters():
        return ()
    paths = {path for acting in actings for path in (acting.path, *acting.elsewhere)}
    return tuple(sorted({code for path in paths for code in path.split("/") if code}))


def visible_to(actings: Sequence[Acting]) -> QuerySet[Case]:
    """The cases that a person may see."""
    sight = sight_of(actings)
    if not sight:
        return Case.objects.none()
    sealed = sealed_matters()
    plain = ~Q(matter__in=list(sealed)) if sealed else Q()
    seen = plain if sight.everything else Q(_on_desk(sight.units))
    if sight.sealed:
        seen |= Q(_on_desk(sight.sealed)) & ~Q(hidden_from(sight.barred))
    return Case.objects.filter(seen)


def _on_desk(units: Sequence[str]) -> Exists:
    return Exists(CaseDesk.objects.filter(case=OuterRef("pk"), unit__in=units))


def hidden_from(units: Sequence[str], case: str = "pk") -> Exists:
    """That a case of a sealed matter is hidden from one of these units."""
    fields = sorted({name for matter in sealed_matters().values() for name in matter.hides_from})
    parties = CaseParty.objects.filter(case=OuterRef(case), field__in=fields, unit__in=units)
    return Exists(parties)


def see(number: str, actings: Sequence[Acting]) -> Case:
    """One case that the person may see; raises NoSuchCase for a stranger and for a wrong number alike."""
    found = visible_to(actings).select_related("owner", "parent", "root").filter(number=number)
    case = found.first()
    if case is None:
        raise NoSuchCase(number)
    return case


def offers(case: Case, actings: Sequence[Acting]) -> tuple[Offer, ...]:
    """What the person may do with the case now, the primary action first, else in the order of the file."""
    matter, _ = matter_at(case.matter, case.version)
    paths = unit_paths(all_parties(matter, case.data))
    found = [
        Offer(name, action, acting)
        for name, action in matter.actions.items()
        if case.state in action.sources
        for acting in actings
        if may_act(action, acting, case.data, paths)
        and not took_before(action, acting.person, case.number)
    ]
    unique = {offer.name: offer for offer in reversed(found)}
    ordered = [unique[name] for name in dict.fromkeys(offer.name for offer in found)]
    return tuple(sorted(ordered, key=lambda offer: not offer.action.primary))


def waiting_for(actings: Sequence[Acting]) -> QuerySet[Case]:
    """Everything that waits for a person, soonest due first; for pages and counts of it see `waiting`."""
    conditions = [condition for acting in actings for condition in _waits(acting)]
    found = Case.objects.filter(reduce(or_, conditions)) if conditions else Case.objects.none()
    return found.order_by("next_due_at", "pk")


def _waits(acting: Acting) -> Iterable[Q]:
    lying = CaseDesk.objects.filter(case=OuterRef("pk"), waits__overlap=sorted(acting.roles))
    yield Q(Exists(lying.filter(unit__in=units_above(acting))))
    if sealed := sealed_above(acting):
        barred = hidden_from(barred_units([acting]))
        yield Q(Exists(lying.filter(unit__in=sealed))) & ~Q(barred)
    yield Q(Exists(lying.filter(unit=""))) & Q(pk__in=visible_to([acting]).values("pk"))


def units_above(acting: Acting) -> list[str]:
    """The acting's unit and those above it: a post serves its unit and every unit that contains it."""
    return [code for code in acting.path.split("/") if code]


def sealed_above(acting: Acting) -> list[str]:
    """The desks of sealed matters that a post serves: its unit's and those of the units above it."""
    return [
        sealed_desk(unit, matter.key)
        for matter in sealed_matters().values()
        if acting.roles & matter.seen_by
        for unit in units_above(acting)
    ]


def matters_in_use() -> list[Matter]:
    """Every version of a matter that a case may stand on."""
    return [
        matter_at(key, version)[0]
        for key, version in MatterVersion.objects.values_list("key", "version")
    ]
