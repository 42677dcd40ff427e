"""A dropped report while it is compiled and after: progress, clauses beside the original, and taking it into a plan."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from bihuan.compiler import Compilation
from bihuan.kernel.cases.evidence import path_of
from bihuan.kernel.errors import N_, Refusal
from bihuan.plan import compiling
from bihuan.plan.compiling_result import unpacked
from bihuan.plan.importing import imported_as, open_compiled, require_importable
from bihuan.plan.models import DONE, Compiling
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.compiled import Sieved, clauses_of, remarks_of, sieved, words
from bihuan.web.marked_word import marked_word
from bihuan.web.original import Original, view_of
from bihuan.web.pages.importing import last_given, year_in
from bihuan.web.pages.original import drawn_word, frame_answer, marks_of, page_answer, word_answer
from bihuan.web.refusals import filled, said
from bihuan.web.templatetags.shown import in_chinese

Deed = Callable[[Asked, Compiling], HttpResponseBase | None]


@signed_in
def page(request: Asked, token: UUID) -> HttpResponseBase:
    """How far it is; once it is done, what was found. POST takes it into a plan, cancels, or tries again."""
    row = _row(request, token)
    refusal: Mapping[str, str] = {}
    if request.method == "POST":
        deed = DEEDS.get(request.POST.get("do", ""))
        try:
            answer = deed(request, row) if deed else None
            return answer or HttpResponseRedirect(reverse("compiling", args=[token]))
        except Refusal as refused:
            refusal = said(refused)
    if row.state != DONE:
        return _progress(request, row, refusal)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return _result(request, row, refusal)


@signed_in
def frame(request: Asked, token: UUID) -> HttpResponse:
    """The original of an HTML report, harmless, to be framed."""
    row, compilation = compiled_row(request, token)
    found = sieved(clauses_of(compilation), request.GET)
    original = _original(request, row, compilation, found)
    return frame_answer(request, original, row.sha256)


@signed_in
def picture(request: Asked, token: UUID, number: int) -> HttpResponseBase:
    """The picture of a page of the original."""
    return page_answer(_row(request, token).sha256, number)


@signed_in
def marked(request: Asked, token: UUID) -> HttpResponse:
    """The Word file with its clauses highlighted and its diagnostics as comments."""
    row, compilation = compiled_row(request, token)
    if compilation.document.format != "docx":
        raise Http404
    return word_answer(marked_word(path_of(row.sha256).read_bytes(), compilation), row.name)


def _row(request: Asked, token: UUID) -> Compiling:
    """A dropped report that this person may see: their own, or one of their office's planners."""
    planner = in_role(request, "planner")
    row = compiling.mine(planner).filter(token=token).first()
    if row is None:
        raise Http404
    return row


def compiled_row(request: Asked, token: UUID) -> tuple[Compiling, Compilation]:
    """A dropped report that this person may see, and what it compiled to; 404 before that."""
    row = _row(request, token)
    if row.state != DONE or row.result is None:
        raise Http404
    return row, unpacked(row.result)


def _progress(request: Asked, row: Compiling, refusal: Mapping[str, str]) -> HttpResponse:
    at = now()
    shown = {
        "row": row,
        "refusal": refusal,
        "ended": _ended_words(row),
        "is_lost": compiling.is_lost(row, now=at),
        "waits_long": compiling.waits_long(row, now=at),
        "ahead": compiling.ahead(row) if not row.is_over else 0,
        "percent": round(100 * row.done / row.total) if row.total else None,
    }
    return render(request, "plan/compiling.html", shown, status=409 if refusal else 200)


def _ended_words(row: Compiling) -> dict[str, str]:
    """What a refused report is told, in the page's language."""
    told = row.refusal
    if not told:
        return {}
    message = filled(told["message"], told["params"])
    if told["message_en"] and not in_chinese():
        message = told["message_en"]
    return {"message": message, "remedy": filled(told["remedy"], told["params"])}


def _result(request: Asked, row: Compiling, refusal: Mapping[str, str]) -> HttpResponse:
    assert row.result is not None
    compilation = unpacked(row.result)
    found = sieved(clauses_of(compilation), request.GET)
    original = _original(request, row, compilation, found)
    shown: dict[str, Any] = {
        "row": row,
        "compiled": compilation,
        "year": row.year or compilation.year,
        "refusal": refusal,
        "cannot": _cannot(row, compilation),
        "imported": imported_as(compilation.document.digest),
        "sieved": found,
        "remarks": remarks_of(compilation.diagnostics, compilation.document.text),
        "original": original,
        **words(),
    }
    if original.view == "word":
        shown["word"] = drawn_word(original, row.sha256)
    return render(request, "plan/compiled.html", shown, status=409 if refusal else 200)


def _original(request: Asked, row: Compiling, compilation: Compilation, found: Sieved) -> Original:
    return Original(
        view_of(compilation.document),
        reverse("compiling", args=[row.token]),
        compilation.document,
        marks_of(found.shown),
        request.GET.get("c", ""),
        found.query,
        [
            {"level": s.level, "title": s.path[-1] if s.path else "", "start": s.start}
            for s in compilation.sections
        ],
    )


def _cannot(row: Compiling, compilation: Compilation) -> dict[str, str]:
    """Why it cannot be taken into a plan; empty where it can."""
    if row.report:
        return {}
    try:
        require_importable(compilation, row.year)
    except Refusal as refusal:
        return {"code": refusal.code, **said(refusal)}
    return {}


def _take(request: Asked, row: Compiling) -> HttpResponseBase:
    """Open the report and its commitments from what was compiled, and go on to the review."""
    planner = in_role(request, "planner")
    if row.report:
        return HttpResponseRedirect(reverse("review", args=[row.report]))
    if row.state != DONE or row.result is None:
        raise Refusal("not_done", N_("报告还没有编译完。"), remedy=N_("请等编译完成后再列入计划。"))
    data = path_of(row.sha256).read_bytes()
    report = open_compiled(unpacked(row.result), data, row.name, planner, now=now(), year=row.year)
    Compiling.objects.filter(pk=row.pk).update(report=report.number)
    return HttpResponseRedirect(reverse("review", args=[report.number]))


def _cancel(request: Asked, row: Compiling) -> None:
    compiling.cancel(row, now=now())


def _again(request: Asked, row: Compiling) -> None:
    compiling.again(row, now=now())


def _other_year(request: Asked, row: Compiling) -> HttpResponseBase:
    """Compile the same file for another plan year."""
    planner = in_role(request, "planner")
    year = year_in(request.POST.get("year", ""), now())
    fresh = compiling.ask(
        row.sha256, row.name, year, planner, now=now(), pasted=row.is_pasted,
        last=(row.last_sha256, row.last_name),
    )  # fmt: skip
    return HttpResponseRedirect(reverse("compiling", args=[fresh.token]))


def _with_last(request: Asked, row: Compiling) -> HttpResponseBase:
    """Compile the same file again, with last year's report to compare with."""
    planner = in_role(request, "planner")
    last = last_given(request)
    fresh = compiling.ask(
        row.sha256, row.name, row.year, planner, now=now(), pasted=row.is_pasted, last=last
    )
    return HttpResponseRedirect(reverse("compiling", args=[fresh.token]))


DEEDS: Mapping[str, Deed] = {
    "take": _take, "cancel": _cancel, "again": _again, "year": _other_year, "last": _with_last,
}  # fmt: skip
