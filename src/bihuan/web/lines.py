"""Rows of lists of cases: each with its matter and where it stands, in words. Asks the database nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bihuan.kernel.cases.city import city, matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.listing import STANDING, is_shown
from bihuan.web.templatetags.shown import label
from bihuan.web.values import said


@dataclass(frozen=True)
class Line:
    """One case on a list."""

    case: Case
    matter: str
    state: str
    end: str
    group: str = ""
    said: Mapping[str, str] = field(default_factory=dict)  # what the columns of fields say


def line(case: Case, group: str = "") -> Line:
    """The words for one case."""
    matter, _ = matter_at(case.matter, case.version)
    return Line(case, label(matter), label(matter.states[case.state]), case.end, group)


def lines(cases: Iterable[Case], columns: Sequence[str] = ()) -> list[Line]:
    """The words for cases, in order; with those of the columns that are fields, for which the cases' forms are read."""
    names = [name for name in columns if name not in STANDING]
    return [replace(line(case), said=_said(case, names)) if names else line(case) for case in cases]


def _said(case: Case, names: Sequence[str]) -> dict[str, str]:
    matter, _ = matter_at(case.matter, case.version)
    shown = [name for name in names if is_shown(matter, name)]
    return {name: said(matter.fields[name], case.data.get(name)) for name in shown}


def action_label(matter_key: str, version: int, action: str) -> str:
    """What an event's action is called; the opening and the ledger's own events have names too."""
    if matter_key:
        matter, _ = matter_at(matter_key, version)
        if action in matter.actions:
            return label(matter.actions[action])
    return label(_OWN.get(action, action))


def matter_of(key: str) -> Matter | None:
    """The matter of today under a key."""
    return city().matters.get(key)


@dataclass(frozen=True)
class _Named:
    label: str
    label_en: str


_OWN = {
    "open": _Named("登记", "Opened"),
    "look": _Named("查看个人信息", "Looked at personal data"),
    "erase": _Named("删除个人信息", "Erased personal data"),
    "freeze": _Named("冻结考核", "Froze an appraisal"),
    "appoint": _Named("任职", "Appointed"),
    "relieve": _Named("免职", "Relieved"),
    "address_set": _Named("设置邮箱", "Mail address set"),
    "address_ended": _Named("撤销邮箱", "Mail address ended"),
    "hook_made": _Named("新建订阅", "Subscription made"),
    "peer_key_set": _Named("存入外部平台密钥", "Key of another platform set"),
    "hook_pinged": _Named("测试订阅", "Subscription tested"),
    "hook_paused": _Named("停用订阅", "Subscription paused"),
    "hook_resumed": _Named("启用订阅", "Subscription resumed"),
    "hook_gone": _Named("接收方不再接收", "Receiver is gone"),
    "resend": _Named("重发", "Sent again"),
    "resend_all": _Named("重发全部死信", "All dead letters sent again"),
    "succeed": _Named("承接（机构撤并）", "Taken over after a merger"),
    "history": _Named("查询来电人历史诉求", "Read a caller's history"),
    "merge_unit": _Named("机构撤并", "Unit merged"),
}
