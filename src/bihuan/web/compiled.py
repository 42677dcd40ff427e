"""A compiled report as its page shows it: clauses with their remarks, filters with counts, contents. Decides nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from bihuan.compiler import Commitment, Compilation, Diagnostic, Target
from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.errors import N_
from bihuan.web.templatetags.shown import in_chinese, label

SHOWS = {
    "plan": N_("承诺"),
    "errors": N_("有错误"),
    "warnings": N_("有提醒"),
    "no_owner": N_("没有牵头单位"),
    "review": N_("回顾部分"),
}
TENSES = {"plan": N_("计划"), "review": N_("回顾")}
SEVERITIES = {"error": N_("错误"), "warning": N_("提醒"), "info": N_("提示")}
SHEET = 400  # clauses on one page


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
        return not show or self.tense == show


@dataclass(frozen=True)
class Choice:
    """A filter or an entry of the contents: its value, its words, how many clauses it leads to."""

    value: str
    name: str
    number: int
    level: int = 0
    first: str = ""


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
        tuple(_measured(target) for target in found.targets),
        found.deadline,
        found.deadline_text,
        found.lead,
        found.assist,
        remarks_of(found.diagnostics, text),
    )


def _measured(target: Target) -> Measured:
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


def sections_of(clauses: Sequence[Clause]) -> list[tuple[str, ...]]:
    """The headings under which clauses stand, in the order of the text."""
    return list(dict.fromkeys(clause.section for clause in clauses))


def contents(clauses: Sequence[Clause]) -> list[Choice]:
    """The headings with their number of clauses; the value is the heading's place in the list."""
    counts = Counter(clause.section for clause in clauses)
    first: dict[tuple[str, ...], str] = {}
    for clause in clauses:
        first.setdefault(clause.section, clause.key)
    return [
        Choice(str(at), path[-1] if path else "", counts[path], max(0, len(path) - 2), first[path])
        for at, path in enumerate(counts)
    ]


def filters(clauses: Sequence[Clause]) -> list[Choice]:
    """The filters with the number of clauses behind each."""
    return [
        Choice(show, gettext(name), sum(1 for clause in clauses if clause.is_shown(show)))
        for show, name in SHOWS.items()
    ]


def sifted(clauses: Sequence[Clause], asked: Mapping[str, str]) -> list[Clause]:
    """The clauses that fit `show` and `section` of a query."""
    show = asked.get("show", "")
    show = show if show in SHOWS else ""
    section = asked.get("section", "")
    paths = sections_of(clauses)
    path = paths[int(section)] if section.isdecimal() and int(section) < len(paths) else None
    return [c for c in clauses if c.is_shown(show) and path in (None, c.section)]
