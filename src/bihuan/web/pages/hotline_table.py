"""Importing a table of demands (表格导入): bring a file, see what is wrong cell by cell, confirm, watch it being taken."""

from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from bihuan.hotline.table_in import Table
from bihuan.hotline.table_models import DONE, SHOWN, TableIn
from bihuan.hotline.table_taking import (
    LONGEST_SOURCE,
    ROLES,
    bring,
    confirm,
    problems_first,
    table_of,
)
from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.errors import N_, Refusal
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.refusals import filled, said
from bihuan.web.templatetags.shown import label

MOST_SHOWN = 200


@dataclass(frozen=True)
class Wrong:
    """A cell on the page: where it stands, and what to change."""

    place: str
    heading: str
    message: str
    is_note: bool = False


@signed_in
def bring_in(request: Asked) -> HttpResponse:
    """Ask for a table; keep it, and lead to what it holds."""
    actor = in_role(request, *ROLES)
    before = TableIn.objects.filter(person=actor.person or 0).exclude(state=SHOWN)
    refusal = None
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if not isinstance(file, UploadedFile):
                raise Refusal(
                    "nothing", N_("没有收到表格。"), remedy=N_("请选择 .xlsx 或 .csv 文件。")
                )
            source = request.POST.get("source", "")
            row = bring(file.read(), str(file.name), source, actor, now=now())
            return HttpResponseRedirect(reverse("hotline_table_one", args=[row.token]))
        except Refusal as refused:
            refusal = said(refused)
    shown = {
        "refusal": refusal,
        "source": request.POST.get("source", ""),
        "longest": LONGEST_SOURCE,
        "before": before.order_by("-pk")[:10],
    }
    return render(request, "hotline/table.html", shown, status=409 if refusal else 200)


@signed_in
def one(request: Asked, token: str) -> HttpResponse:
    """What a table holds, until it is confirmed; then how far it is, and what was left out."""
    actor = in_role(request, *ROLES)
    row = TableIn.objects.filter(token=token, person=actor.person or 0).first()
    if row is None:
        raise Http404
    if row.state != SHOWN:
        return render(request, "hotline/table_taken.html", _taken(row))
    table = table_of(row)
    if request.method == "POST":
        confirm(row, len(table.rows), now=now())
        return HttpResponseRedirect(request.path)
    return render(request, "hotline/table_preview.html", _preview(row, table))


def _preview(row: TableIn, table: Table) -> dict[str, object]:
    found, total = problems_first(table, MOST_SHOWN)
    fit = [line for line in table.rows if line.is_fit]
    return {
        "row": row,
        "columns": [(heading, _field(name)) for heading, name in table.columns.items()],
        "strangers": table.strangers,
        "fit": len(fit),
        "unfit": len(table.rows) - len(fit),
        "wrong": [
            Wrong(
                f"{p.column}{p.row}", p.heading, filled(p.problem.message, dict(p.problem.params)),
                p.is_note,
            )
            for p in found
        ],
        "more": total - len(found),
        "first": fit[:5],
    }  # fmt: skip


def _taken(row: TableIn) -> dict[str, object]:
    left = [
        Wrong(str(number or ""), heading, filled(message, params))
        for number, heading, message, params in row.left
    ]
    return {"row": row, "is_over": row.state == DONE, "left": left}


def _field(name: str) -> str:
    """A field's label on the demand's form."""
    fields = matter_now("hotline.demand")[0].fields
    own = {"number": "source", "told_at": "source"}.get(name, name)
    found = fields.get(own) or fields.get(f"caller_{own}")
    return label(found) if found else name
