"""The list of cases (查找): what an address asks for, its filters and pages; everything within what the person may see."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from django.http import QueryDict

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.finding import Found, Wanted, find
from bihuan.kernel.cases.lanes import ALWAYS, CAP, Key, cases_at
from bihuan.kernel.cases.queries import Sight, sight_of
from bihuan.kernel.cases.waiting import waiting_of
from bihuan.kernel.errors import N_
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.orgs.acting import Acting
from bihuan.web.access import Asked
from bihuan.web.columns import chosen_columns, column_choices, columns_of, loads_data
from bihuan.web.desk import GROUPS, in_group
from bihuan.web.hits import other_hits
from bihuan.web.keyset import SIZE, asked_place, by_due
from bihuan.web.lines import lines
from bihuan.web.options import Option, options_for
from bihuan.web.personal import may_find
from bihuan.web.saved import lists_of, watched_by
from bihuan.web.templatetags.shown import in_chinese, label, unit_name

LONGEST = 100
MOST_WORDS = 8
KEPT = ("q", "matter", "state", "unit", "open", "overdue", "scope", "when", "sort")
SCOPES: Mapping[str, str] = {
    "mine": N_("等我办理"),
    "unit": N_("本单位"),
    "watch": N_("我关注的"),
}
SORTS: Mapping[str, str] = {"": N_("时限最近的在前"), "newest": N_("新登记的在前")}
FIELD = "f."  # a filter by a field of the matter: f.kind=complaint
FILTERED = ("q", "matter", "state", "unit", "open", "overdue", "when")


def list_context(request: Asked, now: datetime) -> dict[str, object]:
    """The variables of cases.html."""
    asked = asked_for(request.GET)
    found = found_for(asked, request.actings, now, asked_place(request.GET), SIZE + 1)
    matter = city().matters.get(asked["matter"])
    columns = chosen_columns(request, matter)
    keyset = by_due(
        found.keys, lambda keys: cases_at(keys, with_data=loads_data(columns)), request.GET
    )
    return {
        "keyset": keyset,
        "lines": lines(keyset.rows, columns),
        "total": min(found.total, CAP),
        "is_more": found.total > CAP,
        "columns": columns,
        "field_columns": columns_of(matter, columns),
        "all_columns": column_choices(matter),
        "others": other_hits(asked["q"]) if keyset.is_first else [],
        "asked": asked,
        "query": saved_query(request.GET),
        "is_filtered": any(v for n, v in asked.items() if n in FILTERED or n.startswith(FIELD)),
        "may_find": may_find(request.actings),
        "matters": [(key, label(one)) for key, one in city().matters.items()],
        "states": _states(asked["matter"]),
        "units": [(unit.code, unit_name(unit.code)) for unit in city().units.values()],
        "scopes": SCOPES,
        "whens": GROUPS,
        "sorts": SORTS,
        "filters": _filters(matter, asked),
        "lists": lists_of(request.user.pk, request.actings),
        "has_bulk": may_bulk(request.actings),
    }


def asked_for(given: QueryDict) -> dict[str, str]:
    """The filters of the list, as they were asked for, empty ones too; fields that the matter does not filter by stay away."""
    asked = {name: given.get(name, "").strip()[:LONGEST] for name in KEPT}
    matter = city().matters.get(asked["matter"])
    names = [f"{FIELD}{name}" for name in matter.filters] if matter else []
    return asked | {name: given.get(name, "").strip()[:LONGEST] for name in names}


def saved_query(given: QueryDict) -> str:
    """The list as an address says it, in one way only: what is filtered, sorted and shown, without the place in it."""
    asked = {name: value for name, value in asked_for(given).items() if value}
    columns = given.get("columns", "")[:LONGEST]
    return urlencode(asked | ({"columns": columns} if columns else {}))


def found_for(
    asked: Mapping[str, str],
    actings: Sequence[Acting],
    now: datetime,
    after: Key | None,
    limit: int,
) -> Found:
    """The places of a list after a place."""
    return find(wanted_by(asked, actings, now), sight_for(asked, actings), after, limit)


def wanted_by(asked: Mapping[str, str], actings: Sequence[Acting], now: datetime) -> Wanted:
    """What is looked for by somebody: what waits for them, what they watch, or whatever fits."""
    found = wanted(asked, now)
    if asked["scope"] == "mine":
        return replace(found, waiting=waiting_of(actings))
    if asked["scope"] == "watch":
        people = [acting.person for acting in actings if acting.person]
        return replace(found, only=watched_by(people[0]) if people else ())
    return found


def sight_for(asked: Mapping[str, str], actings: Sequence[Acting]) -> Sight:
    """What the person may see, narrowed to their own units where that is asked."""
    sight = sight_of(actings)
    if asked["scope"] != "unit":
        return sight
    return Sight(False, tuple(sorted({a.unit for a in actings if sight.covers(a.unit)})))


def wanted(asked: Mapping[str, str], now: datetime) -> Wanted:
    """What is looked for: words in number or title, exact matter, state, unit and fields; open; by clock."""
    when = asked["when"] if asked["when"] in GROUPS else ""
    return Wanted(
        words=tuple(asked["q"].split()[:MOST_WORDS]),
        matter=asked["matter"],
        state=asked["state"],
        unit=asked["unit"],
        is_open=bool(asked["open"] or when),
        overdue_at=now if asked["overdue"] else None,
        due=in_group(when, now) if when else ALWAYS,
        fields=tuple(_field_values(asked)),
        is_newest_first=asked["sort"] == "newest",
    )


def _field_values(asked: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """Field → its values that fit: a region stands for all that lie in it."""
    matter = city().matters.get(asked["matter"])
    chosen = [(n.removeprefix(FIELD), v) for n, v in asked.items() if n.startswith(FIELD) and v]
    return [
        (name, _within(value) if matter and matter.fields[name].type == "region" else (value,))
        for name, value in chosen
    ]


def _within(code: str) -> tuple[str, ...]:
    """A region and all below it."""
    found = [code]
    for one in found:
        found += [
            r.code for r in city().regions.values() if r.parent == one and r.code not in found
        ]
    return tuple(found)


def _filters(
    matter: Matter | None, asked: Mapping[str, str]
) -> list[tuple[str, str, list[Option]]]:
    """(parameter, label, options) for each field that the matter filters by."""
    if matter is None:
        return []
    found = []
    for name in matter.filters:
        groups = options_for(matter.fields[name], frozenset({asked[f"{FIELD}{name}"]}))
        options = [option for group in groups for option in group.options if option.value]
        found.append((f"{FIELD}{name}", label(matter.fields[name]), options))
    return found


def may_bulk(actings: Sequence[Acting]) -> bool:
    """True where one of the posts has a role that takes some action in bulk."""
    held = {role for acting in actings for role in acting.roles}
    actions = (action for m in city().matters.values() for action in m.actions.values())
    return any(held & {grant.role for grant in action.by} for action in actions if action.bulk)


def _states(matter: str) -> list[tuple[str, str]]:
    """States of one matter, or of all: a name that several share stands once."""
    chosen = city().matters.get(matter)
    matters = [chosen] if chosen else list(city().matters.values())
    found: dict[str, list[str]] = {}
    for one in matters:
        for name, state in one.states.items():
            labels = found.setdefault(name, [])
            if label(state) not in labels:
                labels.append(label(state))
    joint = "／" if in_chinese() else " / "
    return [(name, joint.join(labels)) for name, labels in found.items()]
