"""Reads of cases: what a person may see, what waits for them, what they can do now. Writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from bihuan.kernel.cases.city import city, matter_at
from bihuan.kernel.cases.models import Case, CaseParty, MatterVersion
from bihuan.kernel.cases.permissions import all_parties, is_granted, may_act
from bihuan.kernel.errors import NoSuchCase
from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.queries import unit_paths

NOTHING = Q(pk__in=[])
EVERYTHING = Q(pk__isnull=False)  # an empty Q beside NOTHING would add nothing


@dataclass(frozen=True)
class Offer:
    """An action that somebody may take on a case now, and the post in which they may."""

    name: str
    action: Action
    actor: Acting


def visible_to(actings: Sequence[Acting]) -> QuerySet[Case]:
    """The cases that a person may see in any of their posts: by role (city, subtree, own) and unit."""
    return Case.objects.filter(reduce(or_, (_sight(acting) for acting in actings), NOTHING))


def _sight(acting: Acting) -> Q:
    roles = city().roles
    sights = {roles[role].sees for role in acting.roles if role in roles}
    if "city" in sights:
        return EVERYTHING
    if "subtree" in sights:
        within = CaseParty.objects.filter(unit__path__startswith=acting.path)
        return Q(pk__in=within.values("case_id"))
    if "own" in sights:
        return Q(pk__in=CaseParty.objects.filter(unit=acting.unit).values("case_id"))
    return NOTHING


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
    ]
    unique = {offer.name: offer for offer in reversed(found)}
    ordered = [unique[name] for name in dict.fromkeys(offer.name for offer in found)]
    return tuple(sorted(ordered, key=lambda offer: not offer.action.primary))


def waiting_for(actings: Sequence[Acting]) -> QuerySet[Case]:
    """Open cases in a state whose primary action waits for one of the person's posts, soonest due first."""
    conditions = [
        condition
        for matter in _matters_in_use()
        for acting in actings
        for condition in _waits(matter, acting)
    ]
    found = Case.objects.filter(reduce(or_, conditions, NOTHING), end="")
    return found.select_related("owner").order_by("next_due_at", "pk")


def _waits(matter: Matter, acting: Acting) -> Iterable[Q]:
    for action in matter.actions.values():
        if not action.primary:
            continue
        for grant in action.by:
            if grant.role not in acting.roles:
                continue
            states = [name for name in action.sources if not matter.states[name].end]
            here = Q(matter=matter.key, version=matter.version, state__in=states)
            if grant.party:
                within = Q(parties__field=grant.party, parties__unit__in=_units_above(acting))
                yield Q(pk__in=Case.objects.filter(here & within).values("pk"))
            elif is_granted(grant, acting, {}, {}):
                yield here & Q(pk__in=visible_to([acting]).values("pk"))


def _units_above(acting: Acting) -> list[str]:
    """The acting's unit and those above it: a post serves its unit and every unit that contains it."""
    return [code for code in acting.path.split("/") if code]


def _matters_in_use() -> list[Matter]:
    return [
        matter_at(key, version)[0]
        for key, version in MatterVersion.objects.values_list("key", "version")
    ]
