"""What the holder of number and code is told of each matter (办理进展的口径): stages, steps, and what they may do. No names.

Of a sealed matter no unit is ever told: a step is told by its message alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.hotline import steps
from bihuan.hotline.online import ONLINE, REPORTS, Seat
from bihuan.hotline.steps import Make, plain, with_words
from bihuan.kernel.errors import N_


@dataclass(frozen=True)
class Telling:
    """A matter as it is told: its seat for what the holder does, states and steps in words, where an answer shows."""

    seat: Seat
    states: Mapping[str, str]
    steps: Mapping[str, Make]
    answered: frozenset[str]
    adds_from: frozenset[str]
    deeds: frozenset[str]
    is_sealed: bool = False


REPORT_STATES = {
    "registered": N_("已登记，举报专席正在核转。"),
    "dispatched": N_("已转有监督职责的单位，等待签收。"),
    "investigating": N_("正在查处。"),
    "extension_pending": N_("查处时间需要延长，举报专席正在审核。"),
    "found": N_("已有查处结果，举报专席正在核对。"),
    "closed": N_("已查处并反馈，请看答复。"),
    "declined": N_("热线不受理此事，请按下面告知的途径办理。"),
    "withdrawn": N_("已按您的要求撤回。"),
}
REPORT_STEPS: Mapping[str, Make] = {
    "open": plain(N_("举报已登记，身份信息已封存")),
    "decline": with_words(N_("不予受理"), "route"),
    "dispatch": plain(N_("转有监督职责的单位查处")),
    "sign_for": plain(N_("查处单位已签收")),
    "approve_extension": plain(N_("查处时间经批准延长")),
    "report_finding": plain(N_("查处单位报送了结果")),
    "send_back": plain(N_("结果未通过核对，继续查处")),
    "confirm": plain(N_("核对通过，反馈办结")),
    "add": with_words(N_("您补充了线索"), "words"),
    "withdraw": plain(N_("已撤回")),
}
TELLINGS: Mapping[str, Telling] = {
    "hotline.demand": Telling(
        ONLINE,
        steps.STATES,
        steps.STEPS,
        frozenset({"callback", "closed", "answered", "finalised", "unreachable"}),
        frozenset(
            {"registered", "dispatched", "handling", "joining", "extension_pending", "callback"}
        ),
        frozenset({"add", "rate", "reopen", "appeal"}),
    ),
    "hotline.report": Telling(
        REPORTS,
        REPORT_STATES,
        REPORT_STEPS,
        frozenset({"closed"}),
        frozenset({"registered", "dispatched", "investigating", "extension_pending"}),
        frozenset({"add"}),
        is_sealed=True,
    ),
}
