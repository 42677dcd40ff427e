"""The decomposition table (任务分解表): out to Excel and Word; an edited one in, its differences shown before they count."""

import io
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.cases.evidence import KINDS, Upload, path_of, store_all
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal, Refusal
from bihuan.kernel.matters.fields import FieldDefinition
from bihuan.kernel.orgs.acting import Acting
from bihuan.plan.table_apply import apply, digest_of, rehearse, rows_to_take
from bihuan.plan.table_in import CONFLICT, Difference, RowChange, Table, read_table
from bihuan.plan.table_paper import require_office_file, table_document, table_sheet
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.pages.plan import report_of
from bihuan.web.refusals import filled, said
from bihuan.web.templatetags.shown import label

SALT = "bihuan.table.brought"
HOURS = 3600 * 12
FILE = FieldDefinition(type="files", label="分解表", accept=(".xlsx",), max_megabytes=20)
WRITERS = {"xlsx": table_sheet, "docx": table_document}
Words = dict[str, Any]


@dataclass(frozen=True)
class Brought:
    """A table on its way in: stored bytes, and the word by which taking it twice is taking it once."""

    sha256: str
    name: str
    report: str
    once: str

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return path_of(self.sha256).read_bytes()

    @property
    def token(self) -> str:
        """What the confirming form carries, signed."""
        return signing.dumps([self.sha256, self.name, self.report, self.once], salt=SALT)


@dataclass(frozen=True)
class Cell:
    """A changed cell on the preview."""

    difference: Difference
    refusal: Words | None
    is_taken: bool


@dataclass(frozen=True)
class Line:
    """A changed row on the preview."""

    change: RowChange
    cells: tuple[Cell, ...]
    refusal: Words | None


@signed_in
def table_out(request: Asked, report: str, kind: str) -> HttpResponse:
    """The table as a file, with the rows that the person may see."""
    case = report_of(report)
    if kind not in WRITERS:
        raise Http404
    data = WRITERS[kind](case, request.actings, now())
    answer = HttpResponse(data, content_type=KINDS[f".{kind}"][0])
    name = f"{case.data['year']}年任务分解表-{case.number}.{kind}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@signed_in
def table_in(request: Asked, report: str) -> HttpResponse:
    """Ask for an edited table; show what it changes; take it once that is confirmed."""
    planner = in_role(request, "planner")
    case = report_of(report)
    if request.method != "POST":
        return _ask(request, case, None)
    try:
        if request.POST.get("token"):
            return _confirmed(request, case, planner, _carried(request.POST["token"], report))
        brought = _brought(request, report)
        return _preview(request, case, brought, _rehearsed(case, brought, planner, request))
    except Refusal as refusal:
        return _ask(request, case, _told(refusal))


def _rehearsed(case: Case, brought: Brought, planner: Acting, request: Asked) -> Table:
    at = now()
    return rehearse(read_table(brought.data, case, request.actings, at), planner, now=at)


def _confirmed(request: Asked, case: Case, planner: Acting, brought: Brought) -> HttpResponse:
    table = _rehearsed(case, brought, planner, request)
    key = f"table:{brought.once}"
    try:
        if digest_of(table) != request.POST.get("seen"):
            table = _unless_taken(table, planner, key)
        taken = request.POST.getlist("take")
        done = apply(table, taken, planner, now=now(), key=key)
    except Refusal as refusal:
        return _preview(request, case, brought, table, _told(refusal))
    if done.again:
        messages.success(request, gettext("这份表已经导入过，没有重复改动"))
    else:
        words = gettext("已按分解表修改 %(rows)s 行 %(cells)s 格")
        messages.success(request, words % {"rows": done.rows, "cells": done.cells})
    return HttpResponseRedirect(reverse("plan_report", args=[case.number]))


def _unless_taken(table: Table, planner: Acting, key: str) -> Table:
    """Nothing differs any more where this very import was taken before; else what was seen no longer holds."""
    if apply(Table(table.report, (), table.exported_at), (), planner, now=now(), key=key).again:
        return table
    raise Refusal(
        "seen_other",
        N_("预览之后情况有了变化，没有改动任何事项。"),
        remedy=N_("下面是现在的差异，请重新核对后确认。"),
    )


def _preview(
    request: Asked, case: Case, brought: Brought, table: Table, refusal: Words | None = None
) -> HttpResponse:
    taken = set(request.POST.getlist("take"))
    rows = [_line(change, taken) for change in table.changes]
    cells = [cell for line in rows for cell in line.cells]
    shown = {
        "report": case,
        "brought": brought,
        "table": table,
        "seen": digest_of(table),
        "rows": rows,
        "ready": rows_to_take(table.changes),
        "conflicts": sum(1 for cell in cells if cell.difference.kind == CONFLICT),
        "refused": sum(bool(line.refusal) for line in rows) + sum(bool(c.refusal) for c in cells),
        "refusal": refusal,
    }
    return render(request, "plan/table_preview.html", shown, status=409 if refusal else 200)


def _line(change: RowChange, taken: set[str]) -> Line:
    cells = tuple(
        Cell(d, _told(d.refusal) if d.refusal else None, f"{change.row}:{d.column}" in taken)
        for d in change.differences
    )
    return Line(change, cells, _told(change.refusal) if change.refusal else None)


def _told(refusal: Refusal) -> Words:
    words: Words = {**said(refusal)}
    if isinstance(refusal, FormRefusal):
        words["problems"] = [f"{_named(p.path)}: {_lacks(p)}" for p in refusal.problems]
    return words


def _named(path: str) -> str:
    """The label of a field of the task's form."""
    name = path.split(".")[0]
    found = matter_now("plan.task")[0].fields.get(name)
    return label(found) if found else name


def _lacks(problem: FieldProblem) -> str:
    return filled(problem.message, dict(problem.params))


def _ask(request: Asked, case: Case, refusal: Words | None) -> HttpResponse:
    shown = {"report": case, "refusal": refusal}
    return render(request, "plan/table_in.html", shown, status=409 if refusal else 200)


def _brought(request: Asked, report: str) -> Brought:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refusal("nothing", N_("没有收到分解表。"), remedy=N_("请选择改过的 .xlsx 文件。"))
    data = file.read()
    require_office_file(data)
    upload = Upload(str(file.name), io.BytesIO(data))
    stored: Any = store_all({"file": FILE}, {"file": [upload]})["file"]
    return Brought(stored[0]["sha256"], stored[0]["name"], report, get_random_string(22))


def _carried(token: str, report: str) -> Brought:
    try:
        brought = Brought(*signing.loads(token, salt=SALT, max_age=HOURS))
    except signing.BadSignature as error:
        raise Refusal("expired", N_("预览已过期。"), remedy=N_("请重新上传分解表。")) from error
    if brought.report != report:
        raise Refusal("expired", N_("预览已过期。"), remedy=N_("请重新上传分解表。"))
    return brought
