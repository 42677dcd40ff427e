"""What a matter adds to the generic case page: a panel's variables, and values to fill its forms with beforehand.

A panel is shown where the template `<domain>/panel_<matter key with _>.html` exists; it sees what the registered function
returns. The pages of a domain register here; this module knows none of them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from bihuan.kernel.cases.models import Case
from bihuan.web.access import Asked

Panel = Callable[[Case, Asked], Mapping[str, object]]
Prefill = Callable[[Case, datetime], Mapping[str, object]]
PANELS: dict[str, Panel] = {}
PREFILLS: dict[tuple[str, str], Prefill] = {}


def panel(matter: str) -> Callable[[Panel], Panel]:
    """Register what a matter's panel template sees."""

    def register(function: Panel) -> Panel:
        PANELS[matter] = function
        return function

    return register


def prefill(matter: str, action: str) -> Callable[[Prefill], Prefill]:
    """Register the values that an action's form starts with."""

    def register(function: Prefill) -> Prefill:
        PREFILLS[matter, action] = function
        return function

    return register


def panel_template(matter: str) -> str:
    """The template of a matter's panel; empty where it has none."""
    name = f"{matter.split('.')[0]}/panel_{matter.replace('.', '_')}.html"
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return ""
    return name


def panel_context(case: Case, request: Asked) -> Mapping[str, object]:
    """The variables of the case's panel."""
    function = PANELS.get(case.matter)
    return function(case, request) if function else {}


def prefilled(case: Case, action: str, now: datetime) -> Mapping[str, object]:
    """The values that an action's form starts with."""
    function = PREFILLS.get((case.matter, action))
    return function(case, now) if function else {}
