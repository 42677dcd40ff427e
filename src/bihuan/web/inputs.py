"""From a matter's fields to inputs of a form, and from what was sent back to raw values for the kernel. Checks nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from bihuan.kernel.cases.evidence import KINDS as FILE_KINDS
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.errors import FieldProblem
from bihuan.kernel.matters.fields import FieldDefinition
from bihuan.web.options import Group, options_for
from bihuan.web.refusals import filled

Raw = Mapping[str, object]
SHOWN = (
    "shown"  # hidden inputs that name lists which were on the page, so that an emptied list counts
)
BLANK_ROWS = 3
MANY_ROWS = 200
NEXT = "__row__"
FILTER_FROM = 12


@dataclass(frozen=True)
class Input:
    """One field as it stands on a page. `name` is the dotted path that errors use too."""

    name: str
    field: FieldDefinition
    value: str
    required: bool
    problems: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    rows: tuple["Row", ...] = ()
    blank: "Row | None" = None

    @property
    def id(self) -> str:
        """The id of the control, unique on a page together with the form's prefix."""
        return self.name.replace(".", "-")

    @property
    def is_long(self) -> bool:
        """True where the list is long enough to want a filter."""
        return sum(len(group.options) for group in self.groups) >= FILTER_FROM

    @property
    def accept(self) -> str:
        """Endings for the file chooser."""
        return ",".join(self.field.accept or FILE_KINDS)

    @property
    def next_row(self) -> int:
        """The index of the next row that a script adds."""
        return len(self.rows)

    @property
    def is_single(self) -> bool:
        """True for a field that takes exactly one file."""
        return self.field.max == 1


@dataclass(frozen=True)
class Row:
    """One row of a repeatable field."""

    index: str
    inputs: tuple[Input, ...]


def inputs_for(
    fields: Mapping[str, FieldDefinition],
    values: Raw,
    problems: Iterable[FieldProblem] = (),
    *,
    required: frozenset[str] = frozenset(),
    prefix: str = "",
) -> tuple[Input, ...]:
    """Inputs for fields, filled with raw or stored values, each with its problems; `required` adds to the fields' own."""
    found = tuple(problems)
    return tuple(
        _input(
            f"{prefix}{name}", field, values.get(name), found, field.required or name in required
        )
        for name, field in fields.items()
    )


def _input(
    name: str,
    field: FieldDefinition,
    value: object,
    problems: tuple[FieldProblem, ...],
    required: bool,
) -> Input:
    own = tuple(filled(p.message, dict(p.params)) for p in problems if p.path == name)
    if field.type == "rows":
        return _rows_input(name, field, value, problems, own)
    chosen = frozenset(str(v) for v in value) if isinstance(value, list | tuple) else None
    text = as_text(value)
    groups = options_for(field, chosen if chosen is not None else frozenset({text}))
    return Input(name, field, text, required, own, groups)


def _rows_input(
    name: str,
    field: FieldDefinition,
    value: object,
    problems: tuple[FieldProblem, ...],
    own: tuple[str, ...],
) -> Input:
    given = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    given += [{}] * BLANK_ROWS
    most = field.max or MANY_ROWS
    rows = tuple(
        Row(str(i), inputs_for(field.fields, row, problems, prefix=f"{name}.{i}."))
        for i, row in enumerate(given[:most])
    )
    blank = Row(NEXT, inputs_for(field.fields, {}, prefix=f"{name}.{NEXT}."))
    return Input(name, field, "", field.required, own, (), rows, blank)


def as_text(value: object) -> str:
    """What stands in an input for a stored value or for what was typed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, list | dict | tuple) else str(value)


def read_post(
    fields: Mapping[str, FieldDefinition], post: QueryDict, prefix: str = ""
) -> dict[str, object]:
    """Raw values for the kernel, of the fields that were on the page; files are read apart."""
    raw: dict[str, object] = {}
    for name, field in fields.items():
        path = f"{prefix}{name}"
        if field.type == "rows":
            if path in post.getlist(SHOWN) or _row_numbers(path, post):
                raw[name] = _read_rows(path, field, post)
        elif field.type == "units":
            if path in post.getlist(SHOWN) or path in post:
                raw[name] = [code for code in post.getlist(path) if code]
        elif field.type != "files" and path in post:
            raw[name] = post[path]
    return raw


def _read_rows(path: str, field: FieldDefinition, post: QueryDict) -> list[dict[str, object]]:
    """The rows in which something was filled in, in order: the kernel numbers its problems by this list."""
    rows = [read_post(field.fields, post, f"{path}.{n}.") for n in _row_numbers(path, post)]
    return [row for row in rows if any(str(v).strip() for v in row.values() if v != [])]


def _row_numbers(path: str, post: QueryDict) -> list[int]:
    pattern = re.compile(rf"{re.escape(path)}\.(\d{{1,4}})\.")
    found = {int(hit[1]) for key in post if (hit := pattern.match(key))}
    return sorted(found)[:MANY_ROWS]


def read_files(
    fields: Mapping[str, FieldDefinition], files: MultiValueDict[str, "UploadedFile[Any]"]
) -> dict[str, Sequence[Upload]]:
    """The uploads of the fields of type files, by field."""
    return {
        name: [Upload(f.name or "", _stream(f)) for f in sent]
        for name, field in fields.items()
        if field.type == "files" and (sent := files.getlist(name))
    }


def _stream(file: "UploadedFile[Any]") -> BinaryIO:
    """The bytes below Django's wrapper: the kernel reads a plain stream."""
    return cast(BinaryIO, file.file)
