"""The page of a frozen month: numbers with bars and doors, who froze it, and what it takes to compute it anew."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.appraisal.freeze import freeze
from bihuan.kernel.appraisal.models import Snapshot
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.models import Person
from tests.cast import Cast, on

APRIL_2 = on(date(2023, 4, 2))


def visit(who: Acting, settings: object) -> Client:
    """A signed-in browser on 2 April."""
    ahead = APRIL_2 - timezone.now()
    settings.BIHUAN_CLOCK_SHIFT = int(ahead.total_seconds())  # type: ignore[attr-defined]
    client = Client()
    client.force_login(
        Person.objects.get(pk=who.person), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_the_chief_freezes_reads_checks_and_corrects_a_month(cast: Cast, settings: object) -> None:
    cast.signed_off()
    client = visit(cast.chief, settings)
    assert "2023年3月" in client.get("/appraisal/").content.decode()
    assert client.post("/appraisal/2023-03/freeze/").status_code == 302
    snapshot = Snapshot.objects.get()
    page = client.get("/appraisal/2023-03/").content.decode()
    assert snapshot.digest in page
    assert "签收按时率" in page
    assert "样本太少，不计比率" in page
    assert "/cases/?unit=ll-edu&amp;matter=plan.task" in page
    checked = client.post("/appraisal/2023-03/check/", follow=True).content.decode()
    assert "逐字一致" in checked
    assert client.post("/appraisal/2023-03/freeze/").status_code == 409
    client.post("/appraisal/2023-03/freeze/", {"reason": "漏计"})
    corrected = client.get("/appraisal/2023-03/").content.decode()
    assert snapshot.digest[:12] in corrected
    assert "漏计" in corrected


@pytest.mark.parametrize("address", ["/appraisal/", "/appraisal/2023-03/"])
def test_a_department_does_not_see_the_others(cast: Cast, settings: object, address: str) -> None:
    cast.signed_off()
    freeze("2023-03", cast.chief, now=APRIL_2)
    client = visit(cast.handler, settings)
    assert client.get(address).status_code == 403
    assert "/appraisal/" not in client.get("/").content.decode()


def test_who_sees_but_may_not_freeze_has_no_button(cast: Cast, settings: object) -> None:
    cast.signed_off()
    client = visit(cast.leader, settings)
    assert "/freeze/" not in client.get("/appraisal/").content.decode()
    assert client.post("/appraisal/2023-03/freeze/").status_code == 403
    assert client.get("/appraisal/2023-03/").status_code == 302
    assert not Snapshot.objects.exists()
