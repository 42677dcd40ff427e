"""Importing a report (导入): upload or paste, look at what was found, confirm. Nothing is opened before that."""

import io
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from bihuan.compiler import Commitment, Compilation
from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.cases.evidence import Upload, path_of, store_all
from bihuan.kernel.errors import N_, FormRefusal, Refusal
from bihuan.plan.importing import compile_for_city, import_report, promises_in, require_importable
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.refusals import filled, said

SALT = "bihuan.import"
PASTED = N_("粘贴的报告")
HOURS = 3600 * 12


@dataclass(frozen=True)
class Brought:
    """A report on its way in: stored bytes that no case names yet, and the plan year, if given."""

    sha256: str
    name: str
    year: int | None

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return path_of(self.sha256).read_bytes()

    @property
    def token(self) -> str:
        """What the confirming form carries: signed, so that it names nothing but what was uploaded."""
        return signing.dumps([self.sha256, self.name, self.year], salt=SALT)


@signed_in
def import_page(request: Asked) -> HttpResponse:
    """Ask for the report; show what was found; open it once that is confirmed."""
    planner = in_role(request, "planner")
    if request.method != "POST":
        return _ask(request, {})
    try:
        if request.POST.get("token"):
            brought = _carried(request.POST["token"])
            report = import_report(
                brought.data, brought.name, planner, now=now(), year=brought.year
            )
            return HttpResponseRedirect(reverse("review", args=[report.number]))
        brought = _brought(request)
        compilation = compile_for_city(brought.data, brought.name, year=brought.year)
        require_importable(compilation, brought.year)
    except Refusal as refusal:
        return _ask(request, _said(refusal), status=409)
    shown = {"brought": brought, "compiled": compilation, **found_in(compilation)}
    return render(request, "plan/import_preview.html", shown)


def found_in(compilation: Compilation) -> dict[str, object]:
    """What the preview says: counts by kind, targets, what needs a look."""
    promises = promises_in(compilation)
    kinds = matter_now("plan.commitment")[0].fields["kind"].choices
    counts: Counter[str] = Counter(promise.kind for promise in promises)
    return {
        "promises": promises,
        "kinds": [(kinds[kind], counts[kind]) for kind in kinds],
        "targets": sum(len(promise.targets) for promise in promises),
        "with_lead": sum(1 for promise in promises if promise.lead),
        "reviewed": sum(1 for c in compilation.commitments if c.tense == "review"),
        "doubtful": [(promise, d) for promise in promises for d in promise.diagnostics],
        "sections": _by_section(promises),
    }


def _by_section(promises: list[Commitment]) -> list[tuple[str, int]]:
    counts = Counter(" › ".join(promise.section) for promise in promises)
    return list(counts.items())


def _ask(request: Asked, refusal: dict[str, str], status: int = 200) -> HttpResponse:
    typed = {"text": request.POST.get("text", ""), "year": request.POST.get("year", "")}
    return render(request, "plan/import.html", {"refusal": refusal, "typed": typed}, status=status)


def _said(refusal: Refusal) -> dict[str, str]:
    words = said(refusal)
    if isinstance(refusal, FormRefusal):
        words["message"] = "；".join(filled(p.message, dict(p.params)) for p in refusal.problems)
    return words


def _brought(request: Asked) -> Brought:
    year = _year(request.POST.get("year", ""), now())
    file = request.FILES.get("file")
    text = request.POST.get("text", "")
    if isinstance(file, UploadedFile):
        upload = Upload(str(file.name), io.BytesIO(file.read()))
    elif text.strip():
        ending = ".md" if text.lstrip().startswith("#") else ".txt"
        name = (request.POST.get("name", "").strip() or filled(PASTED, {}))[:80]
        upload = Upload(name + ending, io.BytesIO(text.encode()))
    else:
        raise Refusal(
            "nothing", N_("没有收到报告。"), remedy=N_("请选择文件，或把全文粘贴到文本框。")
        )
    matter, _ = matter_now("plan.report")
    stored: Any = store_all(matter.fields, {"file": [upload]})["file"]
    return Brought(stored[0]["sha256"], stored[0]["name"], year)


def _carried(token: str) -> Brought:
    try:
        return Brought(*signing.loads(token, salt=SALT, max_age=HOURS))
    except signing.BadSignature as error:
        raise Refusal("expired", N_("预览已过期。"), remedy=N_("请重新上传报告。")) from error


def _year(text: str, at: datetime) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isdigit() or not 1950 <= int(text) <= at.year + 10:
        raise Refusal(
            "year",
            N_("“%(year)s”不是年份。"),
            remedy=N_("请填写四位数字，如 2023；不填则从文中读取。"),
            params={"year": text[:20]},
        )
    return int(text)
