"""A demand's progress in plain words for the person who told it (办理进展): what each state and each step means. No names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bihuan.kernel.errors import N_
from bihuan.kernel.matters.fields import Json

Data = Mapping[str, Json]


@dataclass(frozen=True)
class Step:
    """One thing that happened: a message with values, the unit that it concerns, and words that may be shown."""

    at: datetime
    message: str
    unit: str = ""
    words: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


Make = Callable[[datetime, Data, Data], Step]

STATES = {
    "registered": N_("已登记，等待热线中心派给承办单位。"),
    "dispatched": N_("已派给承办单位，等待签收。"),
    "return_pending": N_("承办单位认为不属于自己办理，热线中心正在审核。"),
    "handling": N_("承办单位正在办理。"),
    "joining": N_("承办单位正在会同其他单位办理。"),
    "extension_pending": N_("承办单位申请延长办理时间，热线中心正在审核。"),
    "conference": N_("由谁承办还不明确，正在会商确定。"),
    "handed_on": N_("已转有管辖权的外部平台办理，办结后热线中心会回访您。"),
    "handing_stuck": N_("正在与外部平台核实转办情况。"),
    "replied": N_("承办单位已提交答复，热线中心正在审核。"),
    "callback": N_("已有答复，请您评价是否解决、是否满意。"),
    "exclusion_pending": N_("承办单位认为诉求不合理，热线中心正在审核。"),
    "final_pending": N_("承办单位报送了最终答复，热线中心正在审核。"),
    "appeal_pending": N_("您对不再办理的异议正在由另外的人复核。"),
    "closed": N_("已办结。"),
    "answered": N_("已直接答复。"),
    "declined": N_("热线不受理此事，请按下面告知的途径办理。"),
    "linked": N_("同一件事已有人反映，已合并办理。"),
    "excluded": N_("经审核不再办理。如有异议，您可以提出。"),
    "finalised": N_("已作最终答复。"),
    "unreachable": N_("多次回访没有联系上您，已按无法回访办结。"),
}
QUESTION_OF = {"callback": N_("回访还没有完成：您不评价，热线中心会打电话回访。")}


def plain(message: str) -> Make:
    """A step that is told by its message alone."""
    return lambda at, data, given: Step(at, message)


def _with_unit(message: str) -> Make:
    return lambda at, data, given: Step(at, message, unit=str(data.get("lead") or ""))


def with_words(message: str, name: str) -> Make:
    """A step with words that were written for the person, from a field of its form."""
    return lambda at, data, given: Step(at, message, words=str(given.get(name) or ""))


def _linked(at: datetime, data: Data, given: Data) -> Step:
    return Step(at, N_("并入同一事项"), words=str(data.get("main") or ""))


# Steps that are not named here are the units' own affairs.
STEPS: Mapping[str, Make] = {
    "open": plain(N_("诉求已登记")),
    "answer_now": plain(N_("热线中心已答复")),
    "decline": with_words(N_("不予受理"), "route"),
    "link": _linked,
    "dispatch": _with_unit(N_("派给承办单位")),
    "hand_on": plain(N_("转有管辖权的外部平台")),
    "handed_over": plain(N_("外部平台已接收")),
    "peer_says": with_words(N_("外部平台有新进展"), "words"),
    "peer_closed": with_words(N_("外部平台已答复"), "words"),
    "take_back": plain(N_("转办已撤回，由本市办理")),
    "redispatch": plain(N_("您认为没有解决，重新派单")),
    "reopen_anew": with_words(N_("重新办理"), "reason"),
    "sign_for": _with_unit(N_("承办单位已签收")),
    "take_it": _with_unit(N_("承办单位逾期未退，由其负责办理")),
    "return": plain(N_("承办单位申请退回")),
    "accept_return": plain(N_("退回已同意，重新派单")),
    "refuse_return": _with_unit(N_("退回未获同意，由原单位办理")),
    "confer": plain(N_("提请会商确定承办单位")),
    "decide": _with_unit(N_("会商确定了承办单位")),
    "contact": plain(N_("承办单位记录了与您的联系")),
    "ask_assist": plain(N_("请其他单位协助办理")),
    "assisted": plain(N_("协助单位已办完自己的部分")),
    "request_extension": plain(N_("承办单位申请延期")),
    "approve_extension": plain(N_("延期已批准")),
    "refuse_extension": plain(N_("延期未获批准")),
    "make_long": plain(N_("转为长周期办理")),
    "reply": plain(N_("承办单位提交了答复")),
    "pass": plain(N_("答复通过审核")),
    "fail": plain(N_("答复未通过审核，退回补充")),
    "not_reached": plain(N_("回访没有联系上您")),
    "solved": plain(N_("您认为已解决并满意")),
    "solved_unhappy": plain(N_("您认为已解决但不满意")),
    "not_solved": plain(N_("您认为没有解决，退回重新办理")),
    "give_up": plain(N_("无法回访，办结")),
    "ask_exclusion": plain(N_("承办单位申请不再办理")),
    "exclude": plain(N_("审核同意不再办理")),
    "refuse_exclusion": plain(N_("审核不同意，继续办理")),
    "offer_final": plain(N_("报送最终答复")),
    "accept_final": plain(N_("最终答复通过审核")),
    "refuse_final": plain(N_("最终答复被退回")),
    "add": with_words(N_("您补充了情况"), "words"),
    "make_urgent": plain(N_("转为紧急办理")),
    "urge": plain(N_("热线中心催办")),
    "reopen": with_words(N_("重新办理"), "reason"),
    "request_pledge": plain(N_("承办单位申请调整承诺日期")),
    "approve_pledge": plain(N_("承诺日期已调整")),
    "uphold": with_words(N_("复核维持不再办理"), "opinion"),
    "overturn": with_words(N_("异议成立，恢复办理"), "opinion"),
    "appeal": with_words(N_("您对不再办理提出异议"), "reason"),
}
# What the callers of joined demands see of the main one: how far it is, without what its own caller said or was asked.
PRIVATE = (
    "decline", "link", "contact", "not_reached", "add", "uphold", "overturn", "appeal",
)  # fmt: skip
MAIN_STEPS: Mapping[str, Make] = {n: make for n, make in STEPS.items() if n not in PRIVATE} | {
    "solved": plain(N_("已办结")),
    "solved_unhappy": plain(N_("已办结")),
    "give_up": plain(N_("已办结")),
    "not_solved": plain(N_("退回重新办理")),
    "reopen": plain(N_("重新办理")),
}
MAIN_STATES = STATES | {
    "callback": N_("已有答复。"),
    "excluded": N_("经审核不再办理。"),
    "appeal_pending": N_("不再办理的决定正在由另外的人复核。"),
    "unreachable": N_("已办结。"),
}
