"""What residents are promised, in words: the city's own times; and what is wrong with what they typed."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import ngettext

from bihuan.hotline.intake import whole
from bihuan.kernel.cases.city import city
from bihuan.kernel.errors import FormRefusal, Refusal
from bihuan.web.clock import now
from bihuan.web.refusals import filled


def promised() -> Mapping[str, object]:
    """The city's own times: hours to dispatch, days for a question and for anything else."""
    at = now()
    return {
        "hours": whole("hotline.dispatch_hours", at),
        "consult_time": time_said("hotline.consult_days", at),
        "general_time": time_said("hotline.general_days", at),
        "basis": city().parameters.basis("hotline.general_days", at),
    }


def promised_to_report() -> Mapping[str, object]:
    """The same for a report of wrongdoing (举报)."""
    at = now()
    return {
        "report_hours": whole("hotline.report_screen_hours", at),
        "report_time": time_said("hotline.report_days", at),
    }


def time_said(name: str, at: datetime) -> str:
    """A parameter as a length of time in words: working days, or days where the city counts so."""
    unit = city().parameters.table[name].unit
    count = whole(name, at)
    if unit == "working_days":
        return ngettext("%(count)s个工作日", "%(count)s个工作日", count) % {"count": count}
    return ngettext("%(count)s天", "%(count)s天", count) % {"count": count}


def complaints(refusal: Refusal | None) -> Mapping[str, list[str]]:
    """Field → what is wrong with it, in the visitor's language."""
    found: dict[str, list[str]] = {}
    if isinstance(refusal, FormRefusal):
        for problem in refusal.problems:
            text = filled(problem.message, dict(problem.params))
            found.setdefault(problem.path.split(".")[0], []).append(text)
    return found
