"""Hands out evidence files (佐证材料) to those who may see the case."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from bihuan.kernel.cases.evidence import path_of
from bihuan.kernel.cases.models import Evidence
from bihuan.kernel.cases.queries import see
from bihuan.web.access import Asked, signed_in


@signed_in
def download(request: Asked, pk: int) -> FileResponse:
    """One file as an attachment: never shown in the browser, whatever it holds."""
    evidence = get_object_or_404(Evidence.objects.select_related("case"), pk=pk)
    see(evidence.case.number, request.actings)
    path = path_of(evidence.sha256)
    if not path.exists():
        raise Http404
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=evidence.name, content_type=evidence.type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
