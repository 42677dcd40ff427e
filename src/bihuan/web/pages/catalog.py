"""The catalog browser (目录): matters, units, roles, posts, calendar, parameters, lights. Shows files, changes none."""

import re
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from bihuan.kernel.cases.city import city, work_calendar
from bihuan.kernel.catalog.files import DatedValue, Parameter, Unit
from bihuan.kernel.errors import N_, CalendarGap
from bihuan.web.access import Asked, signed_in
from bihuan.web.clock import now
from bihuan.web.described import WEEKDAYS, actions_of, clocks_of, states_of
from bihuan.web.flow import draw_matter
from bihuan.web.lines import matter_of
from bihuan.web.months import months_of

TABS = {
    "units": N_("单位"),
    "roles": N_("角色"),
    "posts": N_("岗位"),
    "calendar": N_("工作日历"),
    "parameters": N_("参数"),
    "lights": N_("亮灯规则"),
}
Context = dict[str, object]


@signed_in
def overview(request: Asked) -> HttpResponse:
    """All matters of the city."""
    context = {"matters": city().matters.values(), "tabs": TABS, "city": city().info}
    return render(request, "web/catalog/matters.html", context)


@signed_in
def matter_page(request: Asked, key: str) -> HttpResponse:
    """One matter: its flow as a picture, and the same as tables."""
    matter = matter_of(key)
    if matter is None:
        raise Http404
    context = {
        "matter": matter,
        "drawn": draw_matter(matter),
        "states": states_of(matter),
        "actions": actions_of(matter),
        "clocks": clocks_of(matter, now()),
        "tabs": TABS,
    }
    return render(request, "web/catalog/matter.html", context)


@signed_in
def part_page(request: Asked, part: str) -> HttpResponse:
    """One part of the catalog."""
    if part not in TABS:
        raise Http404
    context = {"tabs": TABS, "part": part, "city": city().info, **PARTS[part](request)}
    return render(request, f"web/catalog/{part}.html", context)


def _units(request: Asked) -> Context:
    children: dict[str, list[Unit]] = {}
    for unit in city().units.values():
        children.setdefault(unit.parent, []).append(unit)
    return {"root": city().root, "children": children, "count": len(city().units)}


def _roles(request: Asked) -> Context:
    return {"roles": city().roles}


def _posts(request: Asked) -> Context:
    wanted = request.GET.get("unit", "")
    posts = [p for p in city().posts.values() if not wanted or p.unit == wanted]
    return {"posts": posts, "roles": city().roles, "units": city().units, "wanted": wanted}


def _calendar(request: Asked) -> Context:
    asked = request.GET.get("year", "")
    today = work_calendar().local(now()).date()
    year = int(asked) if re.fullmatch(r"20\d\d", asked) else today.year
    try:
        months, gap = months_of(work_calendar(), year), ""
    except CalendarGap as missing:
        months, gap = (), str(missing)
    names = [gettext(name) for name in WEEKDAYS]
    around = {"year": year, "years": (year - 1, year + 1), "on": today}
    return {"months": months, "gap": gap, "weekdays": names, **around}


def _parameters(request: Asked) -> Context:
    table = city().parameters.table
    at = now()
    rows: list[tuple[str, Parameter, DatedValue | None]] = []
    for name, parameter in table.items():
        try:
            rows.append((name, parameter, city().parameters.dated(name, at)))
        except LookupError:
            rows.append((name, parameter, None))
    return {"rows": rows}


def _lights(request: Asked) -> Context:
    return {"lights": city().lights, "table": city().parameters.table}


PARTS: dict[str, Callable[[Asked], Context]] = {
    "units": _units,
    "roles": _roles,
    "posts": _posts,
    "calendar": _calendar,
    "parameters": _parameters,
    "lights": _lights,
}
