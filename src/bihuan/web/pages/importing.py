"""Dropping a report (导入): a file or pasted text goes into the evidence store and waits to be compiled. Opens nothing."""

import io
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.cases.evidence import MEGABYTE, Upload, path_of, store_all
from bihuan.kernel.errors import N_, FormRefusal, Refusal
from bihuan.kernel.orgs.acting import Acting
from bihuan.plan import compiling
from bihuan.plan.models import Compiling
from bihuan.web.access import Asked, in_role, signed_in
from bihuan.web.clock import now
from bihuan.web.refusals import filled, said

PASTED = N_("粘贴的报告")
SHOWN = 8  # earlier reports on the page


@csrf_exempt
@signed_in
def import_page(request: Asked) -> HttpResponseBase:
    """Ask for the report; what is too large is refused before it is read, everything else goes on to be checked."""
    planner = in_role(request, "planner")
    field = matter_now("plan.report")[0].fields["file"]
    if int(request.META.get("CONTENT_LENGTH") or 0) > (2 * field.max_megabytes + 1) * MEGABYTE:
        return _too_large(request, planner, field.max_megabytes)
    try:
        return _import_page(request)
    except RequestDataTooBig:
        return _too_large(request, planner, settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE)


def _too_large(request: Asked, planner: Acting, megabytes: int) -> HttpResponse:
    refusal = Refusal(
        "too_large",
        N_("超过了 %(megabytes)s MB 的上限，没有收下。"),
        remedy=N_("请只上传报告正文，去掉图片和附件，或拆成几份；很长的文字请存成文件再传。"),
        params={"megabytes": megabytes},
    )
    return _ask(request, planner, said(refusal), {}, status=413)


@csrf_protect
def _import_page(request: Asked) -> HttpResponse:
    """Ask for the report; once it is here, go where it can be seen being compiled."""
    planner = in_role(request, "planner")
    if request.method != "POST":
        return _ask(request, planner, {}, _typed_before(request, planner))
    try:
        row = _brought(request, planner)
    except Refusal as refusal:
        typed = {name: request.POST.get(name, "") for name in ("text", "year", "name")}
        return _ask(request, planner, _said(refusal), typed, status=409)
    return HttpResponseRedirect(reverse("compiling", args=[row.token]))


def _ask(
    request: Asked,
    planner: Acting,
    refusal: dict[str, str],
    typed: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    field = matter_now("plan.report")[0].fields["file"]
    shown = {
        "refusal": refusal,
        "typed": typed,
        "earlier": compiling.mine(planner).defer("result", "changes")[:SHOWN],
        "accept": ",".join(field.accept),
        "megabytes": field.max_megabytes,
        "most_text": settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        "keep_days": compiling.keep_days(),
    }
    return render(request, "plan/import.html", shown, status=status)


def _typed_before(request: Asked, planner: Acting) -> dict[str, str]:
    """What was pasted before and refused, to be mended."""
    token = request.GET.get("again", "")
    row = compiling.mine(planner).filter(token=token).first() if _is_token(token) else None
    if row is None:
        return {}
    typed = {"year": str(row.year or "")}
    path = path_of(row.sha256)
    if row.is_pasted and path.exists():
        typed["text"] = path.read_text(encoding="utf-8", errors="replace")
    return typed


def _is_token(text: str) -> bool:
    try:
        return str(Compiling._meta.get_field("token").to_python(text)) == text
    except ValidationError:
        return False


def _said(refusal: Refusal) -> dict[str, str]:
    words = said(refusal)
    if isinstance(refusal, FormRefusal):
        words["message"] = "；".join(filled(p.message, dict(p.params)) for p in refusal.problems)
    return words


def _brought(request: Asked, planner: Acting) -> Compiling:
    year = year_in(request.POST.get("year", ""), now())
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
    stored = _stored(upload)
    pasted = not isinstance(file, UploadedFile)
    return compiling.ask(
        stored["sha256"], stored["name"], year, planner, now=now(), pasted=pasted,
        last=last_given(request),
    )  # fmt: skip


def last_given(request: Asked) -> tuple[str, str]:
    """Digest and name of the stored file of last year's report; empty where none was sent."""
    file = request.FILES.get("last")
    if not isinstance(file, UploadedFile):
        return "", ""
    stored = _stored(Upload(str(file.name), io.BytesIO(file.read())))
    return stored["sha256"], stored["name"]


def _stored(upload: Upload) -> dict[str, Any]:
    matter, _ = matter_now("plan.report")
    rows: Any = store_all(matter.fields, {"file": [upload]})["file"]
    first: dict[str, Any] = rows[0]
    return first


def year_in(text: str, at: datetime) -> int | None:
    """A year as typed; None where nothing was. Raises a Refusal for what is no year."""
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
