"""The list of cases (查找): words, filters and pages; everything within what the person may see."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.finding import Wanted, find
from bihuan.kernel.cases.lanes import CAP, cases_at
from bihuan.kernel.cases.queries import sight_of
from bihuan.kernel.errors import N_
from bihuan.web.access import Asked
from bihuan.web.hits import other_hits
from bihuan.web.keyset import SIZE, asked_place, by_due
from bihuan.web.lines import lines
from bihuan.web.personal import may_find
from bihuan.web.templatetags.shown import in_chinese, label, unit_name

LONGEST = 100
MOST_WORDS = 8
COLUMNS: Mapping[str, str] = {
    "state": N_("环节"),
    "owner": N_("承办"),
    "due": N_("时限"),
    "opened": N_("登记时间"),
    "moved": N_("最近办理"),
}
USUAL = ("state", "owner", "due")
COLUMNS_COOKIE = "columns"
KEPT = ("q", "matter", "state", "unit", "open", "overdue")


def list_context(request: Asked, now: datetime) -> dict[str, object]:
    """The variables of cases.html."""
    asked = asked_for(request)
    sight = sight_of(request.actings)
    found = find(wanted(asked, now), sight, asked_place(request.GET), SIZE + 1)
    keyset = by_due(found.keys, cases_at, request.GET)
    return {
        "keyset": keyset,
        "lines": lines(keyset.rows),
        "total": min(found.total, CAP),
        "is_more": found.total > CAP,
        "columns": chosen_columns(request.COOKIES.get(COLUMNS_COOKIE, "")),
        "all_columns": COLUMNS,
        "others": other_hits(asked["q"]) if keyset.is_first else [],
        "asked": asked,
        "is_filtered": any(asked.values()),
        "may_find": may_find(request.actings),
        "matters": [(key, label(matter)) for key, matter in city().matters.items()],
        "states": _states(asked["matter"]),
        "units": [(unit.code, unit_name(unit.code)) for unit in city().units.values()],
    }


def asked_for(request: Asked) -> dict[str, str]:
    """The filters of the list, as they were asked for; empty ones too."""
    return {name: request.GET.get(name, "").strip()[:LONGEST] for name in KEPT}


def chosen_columns(kept: str) -> tuple[str, ...]:
    """The columns that a browser remembers, else the usual ones."""
    return tuple(name for name in COLUMNS if name in kept.split(".")) or USUAL


def wanted(asked: Mapping[str, str], now: datetime) -> Wanted:
    """What is looked for: words anywhere in number or title, exact matter, state and unit; open; overdue."""
    return Wanted(
        words=tuple(asked["q"].split()[:MOST_WORDS]),
        matter=asked["matter"],
        state=asked["state"],
        unit=asked["unit"],
        is_open=bool(asked["open"]),
        overdue_at=now if asked["overdue"] else None,
    )


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
