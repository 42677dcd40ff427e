"""The report's own page with its commitments marked in place, and its import."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bihuan.compiler import Compilation
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import see, visible_to
from bihuan.kernel.errors import N_, NoSuchCase, Refusal
from bihuan.plan.importing import compile_for_city, import_report
from bihuan.plan.models import ReportText
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.marks import Mark, around, paragraphs
from bihuan.web.refusals import said

GONE = ("split", "merged")
REVIEWED = "reviewed"


@signed_in
def newest(request: Asked) -> HttpResponse:
    """The newest report that the person may see."""
    found = visible_to(request.actings).filter(matter="plan.report").order_by("-pk").first()
    return redirect("report", number=found.number) if found else redirect("plan")


@signed_in
def report_page(request: Asked, number: str) -> HttpResponse:
    """The words of the report; every commitment marked, the one asked for beside it."""
    report = see(number, request.actings)
    text = ReportText.objects.filter(case=report).first()
    if text is None:
        raise NoSuchCase(number)
    cases = visible_to(request.actings).filter(root=report, matter="plan.commitment")
    found = {case.number: case for case in cases.order_by("pk")}
    chosen = found.get(request.GET.get("c", ""))
    marks = [
        Mark(c.data["start"], c.data["end"], c.number)
        for c in found.values()
        if c.state not in GONE
    ]
    marks += [Mark(r["start"], r["end"], REVIEWED) for r in text.reviewed]
    context = {
        "report": report,
        "paragraphs": paragraphs(text.text, marks, text.sections),
        "cases": found,
        "chosen": chosen,
        "count": len([m for m in marks if m.key != REVIEWED]),
    }
    return render(request, "plan/report.html", context)


@signed_in
def import_page(request: Asked) -> HttpResponse:
    """Compile an uploaded or pasted report; show what was found; take it into a plan on a second press."""
    planner = in_role(request, "planner")
    if request.method != "POST":
        return render(request, "plan/import.html")
    try:
        data, name, year = _sent(request)
        if "confirm" in request.POST:
            report = import_report(data, name, planner, now=now(), year=year)
            return redirect("review", number=report.number)
        compilation = compile_for_city(data, name, year=year)
    except Refusal as refusal:
        context = {"refusal": said(refusal), "typed": request.POST}
        return render(request, "plan/import.html", context, status=422)
    return render(
        request, "plan/import.html", {"found": _found(compilation), "typed": request.POST}
    )


def _sent(request: Asked) -> tuple[bytes, str, int | None]:
    year = request.POST.get("year", "").strip()
    if year and not (year.isdigit() and 1950 <= int(year) <= 2200):
        raise Refusal("year", N_("计划年度应为四位数字。"), remedy=N_("例如 2023。"))
    file, pasted = request.FILES.get("file"), request.POST.get("text", "")
    if file is not None and file.name:
        return file.read(), file.name, int(year) if year else None
    if pasted.strip():
        name = request.POST.get("name") or "report.md"
        return pasted.replace("\r\n", "\n").encode(), name, int(year) if year else None
    raise Refusal("nothing", N_("没有收到报告。"), remedy=N_("请选择文件，或把全文粘贴到框中。"))


def _found(compilation: Compilation) -> dict[str, object]:
    plan = [c for c in compilation.commitments if c.tense == "plan"]
    kinds = {
        kind: len([c for c in plan if c.kind == kind])
        for kind in ("target", "project", "measure", "principle")
    }
    return {
        "title": compilation.title,
        "year": compilation.year,
        "text": compilation.document.text,
        "name": f"{compilation.document.name.rsplit('.', 1)[0]}.md",
        "commitments": plan,
        "kinds": [(label, kinds[kind]) for kind, label in _kind_labels()],
        "targets": sum(len(c.targets) for c in plan),
        "warned": len([c for c in plan if c.diagnostics]),
    }


def _kind_labels() -> tuple[tuple[str, str], ...]:
    return (
        ("target", _("量化目标")), ("project", _("项目")), ("measure", _("举措")), ("principle", _("原则")),
    )  # fmt: skip


def source_of(case: Case) -> tuple[str, str, str]:
    """A commitment's words with the rest of its paragraph around them."""
    text = ReportText.objects.filter(case=case.root).first()
    if text is None:
        return "", str(case.data["text"]), ""
    return around(text.text, case.data["start"], case.data["end"])
