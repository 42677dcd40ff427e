"""The list of cases (查找): words, filters and pages; everything within what the person may see."""

from datetime import datetime

from django.db.models import Q, QuerySet

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import visible_to
from bihuan.web.access import Asked
from bihuan.web.keyset import by_due
from bihuan.web.lines import lines
from bihuan.web.personal import may_find
from bihuan.web.templatetags.shown import in_chinese, label, unit_name

LONGEST = 100
KEPT = ("q", "matter", "state", "unit", "open", "overdue")


def list_context(request: Asked, now: datetime) -> dict[str, object]:
    """The variables of cases.html."""
    asked = {name: request.GET.get(name, "").strip()[:LONGEST] for name in KEPT}
    found = filtered(visible_to(request.actings), asked, now).select_related("owner")
    keyset = by_due(found, request.GET)
    return {
        "keyset": keyset,
        "lines": lines(keyset.rows),
        "total": found.count(),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "may_find": may_find(request.actings),
        "matters": [(key, label(matter)) for key, matter in city().matters.items()],
        "states": _states(asked["matter"]),
        "units": [(unit.code, unit_name(unit.code)) for unit in city().units.values()],
    }


def filtered(found: QuerySet[Case], asked: dict[str, str], now: datetime) -> QuerySet[Case]:
    """The cases that fit: words anywhere in number or title, exact matter, state and unit; open; overdue."""
    for word in asked["q"].split():
        found = found.filter(Q(number__icontains=word) | Q(title__icontains=word))
    if asked["matter"]:
        found = found.filter(matter=asked["matter"])
    if asked["state"]:
        found = found.filter(state=asked["state"])
    if asked["unit"]:
        found = found.filter(pk__in=_taking_part(asked["unit"]))
    if asked["overdue"]:
        found = found.filter(end="", next_due_at__lt=now)
    return found.filter(end="") if asked["open"] else found


def _taking_part(unit: str) -> QuerySet[Case, int]:
    return Case.objects.filter(parties__unit=unit).values_list("pk", flat=True)


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
