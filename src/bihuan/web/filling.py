"""A form on a page (填报): its inputs, its errors, the staleness mark and the idempotency key. Sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from django.http import QueryDict

from bihuan.kernel.errors import FieldProblem, FormRefusal, Refusal, Stale
from bihuan.kernel.matters.fields import FieldDefinition
from bihuan.web.inputs import Input, Raw, inputs_for
from bihuan.web.refusals import filled, said
from bihuan.web.templatetags.shown import label


@dataclass(frozen=True)
class Complaint:
    """One line of the error summary: which input it leads to (may be none) and what to do."""

    input: str
    text: str


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page; `prefix` makes the ids unique where a page has several."""

    url: str
    submit: str
    prefix: str
    inputs: tuple[Input, ...]
    key: str
    expect: int | None = None
    refusal: Mapping[str, str] | None = None
    complaints: tuple[Complaint, ...] = ()
    is_stale: bool = False

    @property
    def takes_files(self) -> bool:
        """True where it has an input for files."""
        return any(one.field.type == "files" for one in self.inputs)


@dataclass(frozen=True)
class Ask:
    """What a form asks: where it goes, its fields, which must be filled, and the case's sequence number."""

    url: str
    submit: str
    prefix: str
    fields: Mapping[str, FieldDefinition]
    required: frozenset[str] = frozenset()
    expect: int | None = None


def fresh_form(ask: Ask, values: Raw) -> Form:
    """The form as it is first shown, with a new idempotency key."""
    inputs = inputs_for(ask.fields, values, required=ask.required)
    return Form(ask.url, ask.submit, ask.prefix, inputs, str(uuid4()), ask.expect)


def refused_form(ask: Ask, typed: Raw, post: QueryDict, refusal: Refusal) -> Form:
    """The form as it comes back: nothing typed is lost, every problem beside its field and in the summary."""
    problems = refusal.problems if isinstance(refusal, FormRefusal) else ()
    return Form(
        url=ask.url,
        submit=ask.submit,
        prefix=ask.prefix,
        inputs=inputs_for(ask.fields, typed, problems, required=ask.required),
        key=post.get("key", "") or str(uuid4()),
        expect=ask.expect,
        refusal=said(refusal),
        complaints=tuple(_complaint(ask.fields, problem) for problem in problems),
        is_stale=isinstance(refusal, Stale),
    )


def _complaint(fields: Mapping[str, FieldDefinition], problem: FieldProblem) -> Complaint:
    head, *rest = problem.path.split(".")
    field = fields.get(head)
    shown = label(field) if field else head
    if field and len(rest) == 2 and rest[1] in field.fields:
        shown = f"{shown} {int(rest[0]) + 1} · {label(field.fields[rest[1]])}"
    where = problem.path.replace(".", "-") if field else ""
    return Complaint(where, f"{shown}：{filled(problem.message, dict(problem.params))}")
