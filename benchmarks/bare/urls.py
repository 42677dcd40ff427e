"""One view: JSON in, four inserts in a transaction, JSON out."""

import json

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone

from benchmarks.bare.models import BareAudit, BareCase, BareEvent, BareTask


def record(request: HttpRequest) -> JsonResponse:
    """Insert a case, its event, its task and an audit line."""
    given, now = json.loads(request.body), timezone.now()
    with transaction.atomic():
        case = BareCase.objects.create(
            title=given["title"], state="to_review", data=given, opened_at=now
        )
        BareEvent.objects.create(case=case, action="open", at=now, body=request.body.decode())
        BareTask.objects.create(case=case, unit=given["inspection"], due_at=now)
        BareAudit.objects.create(person=1, what="open", at=now)
    return JsonResponse({"number": case.pk}, status=201)


urlpatterns = [path("record", record)]
