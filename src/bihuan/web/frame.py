"""What the frame of every page needs: navigation, demonstration banner, look. A context processor; reads no case."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.orgs.acting import Acting
from bihuan.simulation.traces import is_simulated
from bihuan.web.access import appraises, reads_ledger, runs_system, serves_hotline, writes_reports
from bihuan.web.clock import now

NAV = (
    ("my_work", _("我的工作")),
    ("hotline", _("热线")),
    ("weekly", _("周报")),
    ("plan", _("计划")),
    ("reports", _("报告")),
    ("knowledge", _("知识库")),
    ("appraisal", _("考核")),
    ("ledger", _("台账")),
    ("delivery", _("投递")),
    ("catalog", _("目录")),
    ("promises", _("公开承诺")),
)  # route names; one that has no page stays away
OPENS = {
    "hotline": serves_hotline,
    "ledger": reads_ledger,
    "weekly": writes_reports,
    "delivery": runs_system,
    "appraisal": appraises,
}  # doors that not every post has
THEMES = ("light", "dark")
SIZES = ("large",)


@dataclass(frozen=True)
class Door:
    """One entry of the navigation."""

    label: object
    url: str
    is_here: bool


def frame(request: HttpRequest) -> dict[str, object]:
    """The variables of base.html: `doors`, `demo`, `simulated`, `today`, `theme`, `size`."""
    theme = request.COOKIES.get("theme", "")
    size = request.COOKIES.get("size", "")
    return {
        "doors": doors(request.path, getattr(request, "actings", ())),
        "demo": settings.BIHUAN_DEMO,
        "simulated": is_simulated(),
        "today": now(),
        "theme": theme if theme in THEMES else "",
        "size": size if size in SIZES else "",
    }


def doors(path: str, actings: Sequence[Acting]) -> list[Door]:
    """The navigation as seen from a path; the longest address that begins the path is where we are."""
    closed = {name for name, opens in OPENS.items() if not opens(actings)}
    named = [(name, label) for name, label in NAV if name not in closed]
    known = [(label, url) for name, label in named if (url := _url(name))]
    here = max((url for _, url in known if path.startswith(url)), key=len, default="")
    return [
        Door(label, url, url == here and (url != "/" or path == "/" or "/cases/" in path))
        for label, url in known
    ]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
