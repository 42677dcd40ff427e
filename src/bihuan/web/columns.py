"""Columns of a list (列): those of every case and fields of its matter; chosen by address, by person or by matter."""

from collections.abc import Mapping, Sequence

from bihuan.kernel.errors import N_
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import FieldDefinition
from bihuan.kernel.matters.listing import STANDING, is_shown
from bihuan.web.access import Asked
from bihuan.web.templatetags.shown import label

COLUMNS: Mapping[str, str] = {
    "state": N_("环节"),
    "owner": N_("承办"),
    "due": N_("时限"),
    "opened": N_("登记时间"),
    "moved": N_("最近办理"),
}
USUAL = ("state", "owner", "due")
COOKIE = "columns"
MOST = 8  # columns that a screen and a sheet of paper take


def chosen_columns(request: Asked, matter: Matter | None) -> tuple[str, ...]:
    """The columns that the address names, else those that the browser remembers, else the matter's, else the usual ones."""
    kept = request.GET.get("columns") or request.COOKIES.get(cookie_of(matter), "")
    asked = known_columns(matter, kept.split("."))
    return asked or (matter.columns if matter and matter.columns else USUAL)


def known_columns(matter: Matter | None, names: Sequence[str]) -> tuple[str, ...]:
    """The columns among names, in the order in which they are offered: never a personal field."""
    return tuple(name for name in column_choices(matter) if name in names)[:MOST]


def column_choices(matter: Matter | None) -> dict[str, str]:
    """Every column that may be chosen, with its heading."""
    found = dict(COLUMNS)
    if matter:
        names = [n for n in matter.fields if n != matter.title and is_shown(matter, n)]
        found |= {n: label(matter.fields[n]) for n in names if n not in STANDING}
    return found


def columns_of(matter: Matter | None, names: Sequence[str]) -> list[tuple[str, FieldDefinition]]:
    """The chosen columns that are fields of the matter."""
    return [(n, matter.fields[n]) for n in names if n not in STANDING] if matter else []


def loads_data(names: Sequence[str]) -> bool:
    """Whether a column needs what the cases' forms hold."""
    return any(name not in STANDING for name in names)


def cookie_of(matter: Matter | None) -> str:
    """Where a browser remembers the columns of a matter's lists."""
    return f"{COOKIE}-{matter.key}" if matter else COOKIE
