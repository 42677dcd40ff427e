"""Nobody saw what they may not (可见范围): a sample of people and cases, what the product shows against what roles say.

Who may see a case is reckoned here from roles and units alone.
"""

from dataclasses import replace
from datetime import datetime

import psycopg

from bihuan.kernel.cases.city import city, matter_at
from bihuan.kernel.cases.finding import Wanted, find
from bihuan.kernel.cases.lanes import cases_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import see, sight_of
from bihuan.kernel.errors import NoSuchCase
from bihuan.kernel.orgs.acting import Acting, actings_of
from bihuan.simulation.dice import Dice
from bihuan.simulation.invariants import require
from bihuan.simulation.year.setting import YearSetting

PEOPLE, CASES, LISTED = 40, 60, 20  # at most
LOOKED_AT = 20  # one demand in so many, and a person for every tenth demand
PARTIES = (
    "SELECT DISTINCT u.path FROM cases_caseparty p JOIN orgs_unit u ON u.code = p.unit_id"
    " WHERE p.case_id = %s AND p.field <> ALL(%s)"
)
SAMPLE = "SELECT number FROM cases_case ORDER BY md5(id::text || %s) LIMIT %s"


def check_sights(
    link: psycopg.Connection[tuple[object, ...]], setting: YearSetting, now: datetime
) -> int:
    """Compare; returns how many looks were made."""
    dice, wanted = Dice(setting.seed), min(CASES, 1 + setting.demands // LOOKED_AT)
    people = sorted(
        str(p)
        for (p,) in link.execute(
            "SELECT DISTINCT person_id FROM orgs_holding WHERE until IS NULL"
        ).fetchall()
    )
    chosen = dice.of("sights").sample(people, min(PEOPLE, 1 + setting.demands // 10, len(people)))
    numbers = [str(n) for (n,) in link.execute(SAMPLE, [str(setting.seed), wanted]).fetchall()]
    cases = list(Case.objects.filter(number__in=numbers).order_by("pk"))
    looks = 0
    for person in chosen:
        actings = actings_of(int(person), now)
        for case in cases:
            looks += 1
            shown = _is_shown(case.number, actings)
            require(shown == _may_see(link, case, actings), "sight", case.number,
                    f"shown to person {person}: {shown}")  # fmt: skip
        listed = find(Wanted(), sight_of(actings), None, LISTED).keys
        for case in cases_at(listed):
            looks += 1
            require(
                _may_see(link, case, actings),
                "sight",
                case.number,
                f"listed for person {person}",
            )
    return looks


def _is_shown(number: str, actings: tuple[Acting, ...]) -> bool:
    try:
        return bool(see(number, actings).pk)
    except NoSuchCase:
        return False


def _may_see(
    link: psycopg.Connection[tuple[object, ...]], case: Case, actings: tuple[Acting, ...]
) -> bool:
    """A role that sees the city; or a unit that takes part, one's own or, by some roles, below one's own.

    Of a sealed matter (举报) only the roles that the matter names, nobody with a post in what it is hidden from, and
    nobody for the city's sake.
    """
    matter, _ = matter_at(case.matter, case.version)
    hidden = [city().units[str(case.data[f])] for f in matter.hides_from if case.data.get(f)]
    places = {part for a in actings for path in (a.path, *a.elsewhere) for part in path.split("/")}
    if any(unit.code in places for unit in hidden):
        return False
    if matter.hides_from:
        actings = tuple(replace(a, roles=a.roles & matter.seen_by) for a in actings)
    sees = [(scope, acting.path) for acting in actings for role in acting.roles
            if role in city().roles for scope in (city().roles[role].sees,)]  # fmt: skip
    if not matter.hides_from and any(scope == "city" for scope, _ in sees):
        return True
    paths = [
        str(path)
        for (path,) in link.execute(PARTIES, [case.pk, list(matter.hides_from)]).fetchall()
    ]
    own = any(scope == "own" and path in paths for scope, path in sees)
    return own or any(s == "subtree" and part.startswith(p) for s, p in sees for part in paths)
