"""The original of a report (原件): pictures of pages, the framed page, the marked Word file; an imported report's page."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from bihuan.compiler import Suggestion
from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.cases.evidence import KINDS, path_of
from bihuan.kernel.cases.models import Case
from bihuan.plan.layout import document_of
from bihuan.plan.models import ReportText
from bihuan.plan.sieve import commitment_facts
from bihuan.web.access import Asked, has_role, signed_in
from bihuan.web.compiled import (
    SEVERITIES,
    TENSES,
    Clause,
    Measured,
    Remark,
    Sieved,
    sieved,
    words,
)
from bihuan.web.original import Marked, Original, view_of
from bihuan.web.original_html import framed
from bihuan.web.original_word import drawn
from bihuan.web.page_image import image_of
from bihuan.web.pages.plan import report_of
from bihuan.web.pages.report import PASSED_ON, text_of
from bihuan.web.templatetags.shown import in_chinese, label

# What the framed page may do: show itself in our own page, be scrolled by it, and follow a click on a mark.
FRAME = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-top-navigation-by-user-activation"
)
YEAR = 365 * 24 * 3600


def marks_of(clauses: Iterable[Clause]) -> tuple[Marked, ...]:
    """The marks of clauses, each said in words for those who do not see its colour."""
    kinds = matter_now("plan.commitment")[0].fields["kind"].choices
    return tuple(
        Marked(
            clause.key,
            clause.start,
            clause.end,
            clause.kind if clause.tense == "plan" else "review",
            clause.worst,
            _said(clause, label(kinds[clause.kind]) if clause.kind in kinds else clause.kind),
        )
        for clause in clauses
    )


def _said(clause: Clause, kind: str) -> str:
    first = gettext(TENSES["review"]) if clause.tense == "review" else kind
    worst = f" · {gettext(SEVERITIES[clause.worst])}" if clause.worst else ""
    return f"{first}{worst}: {clause.text[:60]}"


def page_answer(sha256: str, number: int) -> HttpResponseBase:
    """The picture of a page; it never changes, and only whoever may see the report gets it."""
    path = image_of(sha256, number)
    if path is None:
        raise Http404
    answer = FileResponse(path.open("rb"), content_type="image/webp")
    answer["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    return answer


def drawn_word(original: Original, sha256: str) -> SafeString:
    """A Word original as HTML."""
    data = path_of(sha256).read_bytes()
    return drawn(data, original.document, original.marks, original.query, original.chosen)


def frame_answer(request: Asked, original: Original, sha256: str) -> HttpResponse:
    """The page of a government site, harmless, to be framed by our own page."""
    if original.view != "frame":
        raise Http404
    data = path_of(sha256).read_bytes()
    body = framed(data, original.document, original.marks, original.query, original.chosen)
    shown = {"body": mark_safe(body), "name": original.document.name}
    answer = render(request, "plan/parts/framed.html", shown)
    answer["Content-Security-Policy"] = FRAME
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def word_answer(data: bytes, name: str) -> HttpResponse:
    """A Word file to keep."""
    stem = Path(name).stem
    answer = HttpResponse(data, content_type=KINDS[".docx"][0])
    shown = f"{stem}-{gettext('标注')}.docx"
    answer["Content-Disposition"] = content_disposition_header(True, shown) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


@signed_in
def report_original(request: Asked, report: str) -> HttpResponse:
    """An imported report's commitments beside its original."""
    case = report_of(report)
    if text_of(case) is None:
        return render(request, "plan/report_original.html", {"report": case})
    found = sieved(_clauses(request, case), request.GET)
    original = _original(request, case, found)
    shown: dict[str, Any] = {
        "report": case,
        "sieved": found,
        "original": original,
        "may_plan": has_role(request, "planner"),
        **words(),
    }
    if original.view == "word":
        shown["word"] = drawn_word(original, _sha256(case))
    return render(request, "plan/report_original.html", shown)


@signed_in
def report_frame(request: Asked, report: str) -> HttpResponse:
    """The original of an imported HTML report, harmless, to be framed."""
    case = report_of(report)
    original = _original(request, case, sieved(_clauses(request, case), request.GET))
    return frame_answer(request, original, _sha256(case))


@signed_in
def report_picture(request: Asked, report: str, number: int) -> HttpResponseBase:
    """The picture of a page of an imported report."""
    return page_answer(_sha256(report_of(report)), number)


def _sha256(case: Case) -> str:
    file = case.evidence.first()
    if file is None:
        raise Http404
    return str(file.sha256)


def _original(request: Asked, case: Case, found: Sieved) -> Original:
    text = _text(case)
    document = document_of(text)
    return Original(
        view_of(document),
        reverse("report_original", args=[case.number]),
        document,
        marks_of(found.shown),
        request.GET.get("c", ""),
        found.query,
        text.sections,
    )


def _text(case: Case) -> ReportText:
    text = text_of(case)
    if text is None:
        raise Http404
    return text


def _clauses(request: Asked, case: Case) -> list[Clause]:
    """The commitments as clauses, in the order of the text; those that were split or merged are left out."""
    facts = commitment_facts(case, request.actings)
    found = [
        _clause(fact.case, fact.chapter)
        for fact in facts
        if isinstance(fact.case.data.get("start"), int) and fact.case.state not in PASSED_ON
    ]
    return sorted(found, key=lambda clause: (clause.start, clause.key))


def _clause(case: Case, chapter: str) -> Clause:
    data: Any = case.data
    lead = data.get("suggested_lead")
    due = data.get("deadline")
    return Clause(
        case.number,
        data["start"],
        data.get("end") or data["start"],
        data["text"],
        tuple(str(data.get("section") or chapter).split(" › ")),
        "plan",
        data["kind"],
        data.get("strength") or "",
        tuple(_measured(row) for row in data.get("targets") or ()),
        date.fromisoformat(due) if due else None,
        data.get("deadline_text") or "",
        Suggestion(lead, data.get("suggestion_why") or "", ()) if lead else None,
        (),
        tuple(
            Remark(
                row["code"],
                "warning",
                row["message"] if in_chinese() else row.get("message_en") or row["message"],
                "",
                "",
            )
            for row in data.get("diagnostics") or ()
        ),
    )


def _measured(row: dict[str, Any]) -> Measured:
    basis = matter_now("plan.commitment")[0].fields["targets"].fields["basis"].choices
    return Measured(
        row["measure"],
        row["bound"],
        row["value"],
        row.get("value_max"),
        row.get("unit") or "",
        label(basis[row["basis"]]) if row.get("basis") in basis else "",
        False,
    )
