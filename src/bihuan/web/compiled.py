"""A compiled report as its page shows it: clauses with their remarks, filters with counts, contents. Decides nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext

from bihuan.compiler import Commitment, Compilation, Diagnostic, Target
from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.errors import N_
from bihuan.web.templatetags.shown import in_chinese, label

SHOWS = {
    "all": N_("全部"),
    "plan": N_("承诺"),
    "errors": N_("有错误"),
    "warnings": N_("有提醒"),
    "no_owner": N_("没有牵头单位"),
    "review": N_("回顾部分"),
}
TENSES = {"plan": N_("计划"), "review": N_("回顾")}
SEVERITIES = {"error": N_("错误"), "warning": N_("提醒"), "info": N_("提示")}
SHEET = 250  # clauses on one page


@dataclass(frozen=True)
class Remark:
    """A diagnostic in the page's language, with the words it is about."""

    code: str
    severity: str
    message: str
    hint: str
    words: str


@dataclass(frozen=True)
class Measured:
    """A target in words: measure, bound, value, unit, and what kind of number it is."""

    measure: str
    bound: str
    value: object
    value_max: object
    unit: str
    basis: str
    falls: bool


@dataclass(frozen=True)
class Clause:
    """One clause with all that was found in it."""

    key: str
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    tense: str
    kind: str
    strength: str
    targets: tuple[Measured, ...]
    deadline: date | None
    deadline_text: str
    lead: object
    assist: Sequence[object]
    remarks: tuple[Remark, ...]

    @property
    def worst(self) -> str:
        """The severity of its gravest remark; empty where there is none worth a mark."""
        found = {remark.severity for remark in self.remarks}
        return next((severity for severity in ("error", "warning") if severity in found), "")

    def is_shown(self, show: str) -> bool:
        """Whether it belongs to a filter."""
        if show == "errors":
            return self.worst == "error"
        if show == "warnings":
            return any(remark.severity == "warning" for remark in self.remarks)
        if show == "no_owner":
            return self.tense == "plan" and not self.lead
        return show == "all" or self.tense == show


@dataclass(frozen=True)
class Choice:
    """A filter or an entry of the contents: its value, its words, how many clauses it leads to."""

    value: str
    name: str
    number: int
    level: int = 0


def words() -> dict[str, object]:
    """The words for kinds, strengths, tenses and severities that the panes print."""
    fields = matter_now("plan.commitment")[0].fields
    return {
        "kinds": fields["kind"].choices.items(),
        "kind_names": {key: label(kind) for key, kind in fields["kind"].choices.items()},
        "strength_names": {key: label(each) for key, each in fields["strength"].choices.items()},
        "severities": {key: gettext(name) for key, name in SEVERITIES.items()},
    }


def clauses_of(compilation: Compilation) -> tuple[Clause, ...]:
    """Every clause in the order of the text."""
    text = compilation.document.text
    return tuple(_clause(each, text) for each in compilation.commitments)


def _clause(found: Commitment, text: str) -> Clause:
    return Clause(
        found.id,
        found.start,
        found.end,
        found.text,
        found.section,
        found.tense,
        found.kind,
        found.strength,
        tuple(measured(target) for target in found.targets),
        found.deadline,
        found.deadline_text,
        found.lead,
        found.assist,
        remarks_of(found.diagnostics, text),
    )


def measured(target: Target) -> Measured:
    """A target in the page's words."""
    choices = matter_now("plan.commitment")[0].fields["targets"].fields["basis"].choices
    return Measured(
        target.measure,
        target.bound,
        target.value,
        target.value_max,
        target.unit,
        label(choices[target.basis]) if target.basis in choices else target.basis,
        target.direction == "down",
    )


def remarks_of(found: Iterable[Diagnostic], text: str) -> tuple[Remark, ...]:
    """Diagnostics in the page's language, the gravest first."""
    order = tuple(SEVERITIES)
    return tuple(
        Remark(
            each.code,
            each.severity,
            each.message_zh if in_chinese() else each.message_en,
            each.hint_zh if in_chinese() else getattr(each, "hint_en", ""),
            text[each.start : each.end][:80] if each.end - each.start < len(text) else "",
        )
        for each in sorted(found, key=lambda each: order.index(each.severity))
    )


@dataclass(frozen=True)
class Sieved:
    """The clauses that fit what is asked for, and the doors to others: each says as many as it leads to."""

    clauses: tuple[Clause, ...]
    show: str
    section: str
    sheet: int = 0

    @property
    def found(self) -> list[Clause]:
        """All that fit."""
        path = self._paths.get(self.section)
        return [c for c in self.clauses if c.is_shown(self.show) and path in (None, c.section)]

    @property
    def shown(self) -> list[Clause]:
        """Those of them on this sheet."""
        return self.found[self.sheet * SHEET : (self.sheet + 1) * SHEET]

    @property
    def sheets(self) -> range:
        """The sheets that they fill, from 0."""
        return range(-(-len(self.found) // SHEET))

    @property
    def filters(self) -> list[Choice]:
        """The filters, within the section that is asked for."""
        path = self._paths.get(self.section)
        within = [c for c in self.clauses if path in (None, c.section)]
        return [
            Choice(show, gettext(name), sum(1 for c in within if c.is_shown(show)))
            for show, name in SHOWS.items()
        ]

    @property
    def contents(self) -> list[Choice]:
        """The headings over clauses that fit the filter; the value is the heading's place among all."""
        counts = Counter(c.section for c in self.clauses if c.is_shown(self.show))
        return [
            Choice(value, path[-1] if path else "", counts[path], max(0, len(path) - 2))
            for value, path in self._paths.items()
            if counts[path]
        ]

    @property
    def whole(self) -> int:
        """How many fit the filter in all sections."""
        return sum(1 for c in self.clauses if c.is_shown(self.show))

    @property
    def promised(self) -> int:
        """How many promises there are in all."""
        return sum(1 for c in self.clauses if c.tense == "plan")

    @property
    def query(self) -> str:
        """The address of this view, without the clause that is chosen."""
        asked = {"show": self.show, "section": self.section, "sheet": self.sheet or ""}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def _paths(self) -> dict[str, tuple[str, ...]]:
        paths = dict.fromkeys(clause.section for clause in self.clauses)
        return {str(at): path for at, path in enumerate(paths)}


def sieved(clauses: Sequence[Clause], asked: Mapping[str, str]) -> Sieved:
    """What `show`, `section`, `sheet` and `c` of a query ask for; promises where nothing is said and there are any.

    A chosen clause is always on the sheet, and in the filter where no filter is named.
    """
    key, show = asked.get("c", ""), asked.get("show", "")
    if show not in SHOWS:
        chosen = next((c for c in clauses if c.key == key), None)
        promises = any(c.tense == "plan" for c in clauses)
        show = "plan" if promises and (chosen is None or chosen.tense == "plan") else "all"
    found = Sieved(tuple(clauses), show, asked.get("section", "")[:10])
    keys = [clause.key for clause in found.found]
    sheet = asked.get("sheet", "")
    if key in keys:
        return replace(found, sheet=keys.index(key) // SHEET)
    last = max(0, len(found.sheets) - 1)
    return replace(found, sheet=min(int(sheet), last) if sheet.isdecimal() else 0)
