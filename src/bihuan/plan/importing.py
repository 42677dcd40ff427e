"""Imports a work report: compiles it, opens the report and one case for each promise it makes."""

import hashlib
import io
from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.db import transaction

from bihuan.compiler import Commitment, Compilation, Duty, Place, Target, compile_report
from bihuan.compiler.errors import CompileError
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.orgs.acting import Acting
from bihuan.plan.layout import page_rows, spot_rows
from bihuan.plan.learning import advisor
from bihuan.plan.models import ReportText

Progress = Callable[[int, int], None]


def compile_for_city(
    data: bytes,
    name: str,
    *,
    year: int | None = None,
    progress: Progress | None = None,
    reading: Progress | None = None,
) -> Compilation:
    """Compile with the city's places, duties and past; a CompileError becomes a Refusal in the user's words.

    `reading` hears (pages read, all of them), `progress` (code points compiled, all of them).
    """
    try:
        return compile_report(
            data,
            name,
            year=year,
            places=places(),
            duties=duties(),
            advisor=advisor(),
            progress=progress,
            reading=reading,
        )
    except CompileError as error:
        raise Refusal(error.code, error.message_zh, remedy=error.remedy) from error


def places() -> tuple[Place, ...]:
    """The city's regions as the compiler takes them."""
    return tuple(Place(r.code, r.name, tuple(r.aliases)) for r in city().regions.values())


def duties() -> tuple[Duty, ...]:
    """The city's units with the words that point to them."""
    return tuple(
        Duty(u.code, u.name, tuple({u.short, *u.aliases} - {""}), tuple(u.duties))
        for u in city().units.values()
    )


@transaction.atomic
def import_report(
    data: bytes,
    name: str,
    actor: Acting,
    *,
    now: datetime,
    year: int | None = None,
    inspection: str = "",
    progress: Progress | None = None,
) -> Case:
    """Compile a report and open it with all its commitments, in one transaction.

    `inspection` defaults to the unit whose post has the role `inspection_chief`.
    Raises a Refusal that says what to change where the text cannot be compiled or holds no promise.
    """
    compilation = compile_for_city(data, name, year=year, progress=progress)
    return open_compiled(compilation, data, name, actor, now=now, year=year, inspection=inspection)


@transaction.atomic
def open_compiled(
    compilation: Compilation,
    data: bytes,
    name: str,
    actor: Acting,
    *,
    now: datetime,
    year: int | None = None,
    inspection: str = "",
) -> Case:
    """Open a report that was compiled before, with all its commitments; `data` must be what was compiled."""
    if hashlib.sha256(data).hexdigest() != compilation.document.digest:
        raise Refusal(
            "other_bytes",
            N_("原文件与编译结果不符，没有建立任何事项。"),
            remedy=N_("请重新上传报告。"),
        )
    require_importable(compilation, year)
    promises = promises_in(compilation)
    plan_year = year or compilation.year
    fields = {
        "title": compilation.title or name,
        "year": plan_year,
        "ends_on": f"{plan_year}-12-31",
        "inspection": inspection or inspection_unit(),
        "digest": compilation.document.digest,
    }
    upload = Upload(name, io.BytesIO(data))
    report = open_case("plan.report", fields, actor, now=now, files={"file": [upload]})
    _keep_text(report, compilation)
    for promise in promises:
        open_case(
            "plan.commitment", commitment_fields(promise, report), actor, now=now, parent=report
        )
    return report


def promises_in(compilation: Compilation) -> list[Commitment]:
    """What the report promises, without what it reports on the past year."""
    return [c for c in compilation.commitments if c.tense == "plan"]


def require_importable(compilation: Compilation, year: int | None) -> None:
    """Raise a Refusal that says what to change where the report cannot become a plan."""
    _require_usable(promises_in(compilation), year or compilation.year)
    if imported_as(compilation.document.digest):
        raise Refusal(
            "imported",
            N_("这份报告已经导入过。"),
            remedy=N_("请在计划中打开它；需要重新导入时，先将原报告作废。"),
        )


def imported_as(digest: str) -> Case | None:
    """The report in force or under review that these bytes were imported as."""
    row = ReportText.objects.filter(digest=digest, case__end="").select_related("case").first()
    return row.case if row else None


def inspection_unit() -> str:
    """The unit whose post signs off."""
    for post in city().posts.values():
        if "inspection_chief" in post.roles:
            return post.unit
    raise Refusal(
        "no_inspection",
        N_("目录中没有督查机构：没有岗位具有“督查室主任”角色。"),
        remedy=N_("请在 posts.yaml 中设置该岗位。"),
    )


def commitment_fields(promise: Commitment, report: Case) -> dict[str, object]:
    """A compiled commitment as the fields of a plan.commitment."""
    lead = promise.lead
    return {
        "title": promise.text[:300],
        "text": promise.text,
        "start": promise.start,
        "end": promise.end,
        "section": " › ".join(promise.section)[:500],
        "compiled_id": promise.id,
        "kind": promise.kind,
        "strength": promise.strength,
        "targets": [target_row(target) for target in promise.targets],
        "deadline": (promise.deadline or date(report.data["year"], 12, 31)).isoformat(),
        "deadline_text": promise.deadline_text or "",
        "diagnostics": [
            {"code": d.code, "message": d.message_zh[:500], "message_en": d.message_en[:500]}
            for d in promise.diagnostics
        ],
        "suggested_lead": lead.unit if lead else "",
        "suggested_assist": ",".join(s.unit for s in promise.assist)[:300],
        "suggestion_why": lead.why if lead else "",
        "office": report.data["office"],
        "inspection": report.data["inspection"],
    }


def target_row(target: Target) -> Mapping[str, object]:
    """A compiled target as a row of the targets field."""
    return {
        "measure": target.measure[:200] or "—",
        "value": str(target.value),
        "value_max": None if target.value_max is None else str(target.value_max),
        "unit": target.unit or "",
        "bound": target.bound,
        "basis": target.basis,
        "start": target.start,
        "end": target.end,
    }


def _keep_text(report: Case, compilation: Compilation) -> None:
    ReportText.objects.create(
        case=report,
        name=compilation.document.name,
        format=compilation.document.format,
        digest=compilation.document.digest,
        text=compilation.document.text,
        spots=spot_rows(compilation.document.spots),
        pages=page_rows(compilation.document.pages),
        sections=[
            {
                "level": s.level,
                "title": s.path[-1] if s.path else "",
                "start": s.start,
                "end": s.end,
            }
            for s in compilation.sections
        ],
        reviewed=[
            {"start": c.start, "end": c.end, "targets": len(c.targets)}
            for c in compilation.commitments
            if c.tense == "review"
        ],
    )


def _require_usable(promises: list[Commitment], year: int | None) -> None:
    if not promises:
        raise Refusal(
            "no_promise",
            N_("没有在文中找到任何承诺事项。"),
            remedy=N_("请确认上传的是政府工作报告全文，且包含下一年度工作安排。"),
        )
    if year is None:
        raise Refusal(
            "no_year",
            N_("无法从文中确定计划年度。"),
            remedy=N_("请在导入时填写计划年度。"),
        )
