"""Small matters and histories for the pure tests, in the words of a catalog file."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from bihuan.kernel.calendar.workdays import WorkCalendar
from bihuan.kernel.matters.definition import BACK, SAME, Matter
from bihuan.kernel.matters.facts import Moved
from bihuan.kernel.matters.fields import Json

CALENDAR = WorkCalendar()

ERRAND: dict[str, Any] = {
    "key": "test.errand",
    "version": 1,
    "label": "交办事项",
    "prefix": "JB",
    "title": "title",
    "handler": ["lead"],
    "opened_by": ["planner"],
    "opener": "office",
    "fields": {
        "title": {"type": "text", "label": "事项", "required": True},
        "office": {"type": "unit", "label": "交办机构", "required": True},
        "lead": {"type": "unit", "label": "牵头单位", "required": True},
        "inspection": {"type": "unit", "label": "督查机构", "required": True},
        "deadline": {"type": "date", "label": "完成时限", "required": True},
        "pace": {
            "type": "choice",
            "label": "办理类型",
            "choices": {"general": {"label": "一般"}, "major": {"label": "重大"}},
        },
    },
    "initial": "issued",
    "states": {
        "issued": {"label": "待签收", "owner": "lead"},
        "in_progress": {"label": "办理中", "owner": "lead"},
        "waiting": {"label": "待批", "owner": "inspection"},
        "claimed": {"label": "待核查", "owner": "inspection"},
        "signed_off": {"label": "已销号", "end": "success"},
        "withdrawn": {"label": "已撤销", "end": "other"},
    },
    "actions": {
        "sign_for": {
            "label": "签收", "from": ["issued"], "to": "in_progress", "by": ["handler@lead"],
        },
        "report": {
            "label": "周报", "from": ["in_progress", "waiting"], "to": "same", "by": ["handler@lead"],
        },
        "ask": {
            "label": "申请延期", "from": ["in_progress"], "to": "waiting", "by": ["handler@lead"],
            "remember": True,
        },
        "grant": {
            "label": "批准延期", "from": ["waiting"], "to": "back", "by": ["inspector@inspection"],
            "not_by": ["lead"], "edits": ["deadline"], "requires": ["deadline"],
        },
        "prolong": {
            "label": "延长时限", "from": ["in_progress"], "to": "same", "by": ["leader"],
            "form": {"amount": {"type": "integer", "label": "延长", "required": True}},
            "extends": {"clock": "handle", "by": "amount"},
        },
        "refile": {
            "label": "改类型", "from": ["in_progress"], "to": "same", "by": ["planner@office"],
            "edits": ["pace"],
        },
        "claim": {
            "label": "申请销号", "from": ["in_progress"], "to": "claimed", "by": ["handler@lead"],
        },
        "reject": {
            "label": "退回", "from": ["claimed"], "to": "in_progress",
            "by": ["inspector@inspection"], "not_by": ["lead"],
        },
        "verify": {
            "label": "核查通过", "from": ["claimed"], "to": "signed_off",
            "by": ["inspector@inspection"], "not_by": ["lead"],
        },
        "withdraw": {
            "label": "撤销", "from": ["issued", "in_progress"], "to": "withdrawn",
            "by": ["planner@office"],
        },
        "reopen": {
            "label": "重新立项", "from": ["signed_off"], "to": "in_progress",
            "by": ["inspector@inspection"], "not_by": ["lead"], "reopens": True,
        },
    },
    "clocks": {
        "sign_for": {
            "label": "签收", "runs_in": ["issued"],
            "within": {"amount": 1, "unit": "working_days"},
        },
        "handle": {
            "label": "办理", "runs_in": ["in_progress"], "pauses_in": ["waiting"],
            "within": {"amount": "errand.days", "unit": "working_days"},
        },
        "decide": {
            "label": "审批", "runs_in": ["waiting"],
            "within": {"amount": 3, "unit": "working_days"},
        },
        "complete": {
            "label": "完成", "runs_in": ["issued", "in_progress", "waiting", "claimed"],
            "until": "deadline",
        },
        "weekly": {
            "label": "周报", "runs_in": ["in_progress", "waiting"], "met_by": ["report"],
            "every": {"period": "week", "day": 5, "at": "17:30"},
        },
        "major": {
            "label": "重大", "runs_in": ["in_progress"], "when": {"pace": "major"},
            "within": {"amount": 1, "unit": "months"},
        },
    },
}  # fmt: skip

OPENED: Mapping[str, Json] = {
    "title": "修路",
    "office": "fgw",
    "lead": "jtj",
    "inspection": "dcs",
    "deadline": "2023-06-30",
}


class Table:
    """Parameters of the tests: five days, seven from 2024 on."""

    def number(self, name: str, at: datetime) -> Decimal:
        """As the protocol says."""
        if name != "errand.days":
            raise KeyError(name)
        return Decimal(5 if at.year < 2024 else 7)


def raw(changes: Mapping[str, Any] | None = None, *drop: str) -> dict[str, Any]:
    """The errand as plain data, with values at dotted paths replaced and others dropped."""
    plain = deepcopy(ERRAND)
    for path, value in (changes or {}).items():
        *above, last = path.split(".")
        place = plain
        for step in above:
            place = place.setdefault(step, {})
        place[last] = value
    for path in drop:
        *above, last = path.split(".")
        place = plain
        for step in above:
            place = place[step]
        del place[last]
    return plain


def errand(changes: Mapping[str, Any] | None = None, *drop: str) -> Matter:
    """The errand as a matter, with changes."""
    return Matter.model_validate(raw(changes, *drop))


def at(text: str) -> datetime:
    """A local instant of 2023 (`03-01 09:00`), or of the year given."""
    full = text if text[4] == "-" else f"2023-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=CALENDAR.zone)


class Story:
    """A history told action by action; the flow is followed, forms and permissions are not asked."""

    def __init__(self, matter: Matter, opened: str | datetime, **data: Json) -> None:
        instant = at(opened) if isinstance(opened, str) else opened
        self.matter = matter
        self.data: dict[str, Json] = {**OPENED, **data}
        self.remembered = ""
        self.events = [Moved(1, instant, "open", "", matter.initial, dict(self.data))]

    def then(self, when: str | datetime, action: str, given: int = 0, **edits: Json) -> "Story":
        """Take an action."""
        source, taken = self.state, self.matter.actions[action]
        assert source in taken.sources, f"{action} is not possible in {source}"
        to = {SAME: source, BACK: self.remembered}.get(taken.to, taken.to)
        self.remembered = source if taken.remember else self.remembered if to == source else ""
        self.data |= edits
        instant = at(when) if isinstance(when, str) else when
        self.events.append(
            Moved(
                len(self.events) + 1,
                instant,
                action,
                source,
                to,
                dict(self.data),
                {"amount": given},
            )
        )
        return self

    @property
    def state(self) -> str:
        """Where the case stands."""
        return self.events[-1].to

    def possible(self) -> list[str]:
        """Actions of the present state."""
        return [n for n, a in self.matter.actions.items() if self.state in a.sources]


def instants(start: datetime, gaps: list[int]) -> Iterator[datetime]:
    """Instants that follow one another by so many minutes."""
    for gap in gaps:
        start += timedelta(minutes=gap)
        yield start


def steps(draw: st.DrawFn, states: tuple[str, ...]) -> dict[str, Any]:
    """A person's action between a few states, barred to the handler, as a catalog file says it."""
    return {
        "label": "动作",
        "from": draw(st.lists(st.sampled_from(states), min_size=1, max_size=2, unique=True)),
        "to": draw(st.sampled_from([*states, *states, "won", "same", "back"])),
        "by": ["anybody"],
        "not_by": ["lead"],
        "remember": draw(st.integers(0, 3)) == 0,
    }
