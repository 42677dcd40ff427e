"""Hands out evidence files (佐证材料) to those who may see the case."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404

from bihuan.hotline.pictures import shown_picture
from bihuan.kernel.cases.evidence import path_of
from bihuan.kernel.cases.models import Evidence
from bihuan.kernel.cases.queries import see
from bihuan.web.access import Asked, signed_in


@signed_in
def download(request: Asked, pk: int) -> FileResponse:
    """One file as an attachment: never shown in the browser, whatever it holds."""
    evidence = _seen(request, pk)
    path = path_of(evidence.sha256)
    if not path.exists():
        raise Http404
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=evidence.name, content_type=evidence.type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@signed_in
def thumbnail(request: Asked, pk: int) -> HttpResponse:
    """A picture made small, of pixels only: without the place and the camera that the file may name (EXIF)."""
    small = shown_picture(_seen(request, pk).sha256)
    if small is None:
        raise Http404
    answer = HttpResponse(small, content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=3600"
    return answer


def _seen(request: Asked, pk: int) -> Evidence:
    evidence = get_object_or_404(Evidence.objects.select_related("case"), pk=pk)
    see(evidence.case.number, request.actings)
    return evidence
