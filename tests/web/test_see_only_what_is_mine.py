"""Who sees what on the pages, and how a refusal reads."""

from django.test import Client

from bihuan.kernel.cases.models import Case
from tests.cast import Cast
from tests.web.conftest import Visit


def test_a_stranger_is_sent_to_sign_in(cast: Cast) -> None:
    answer = Client().get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_a_case_out_of_sight_is_missing_and_not_forbidden(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    answer = visit(cast.rival).get(f"/cases/{task.number}/")
    assert answer.status_code == 404
    assert task.title not in answer.content.decode()


def test_a_wrong_role_sees_no_action(cast: Cast, visit: Visit) -> None:
    task = cast.claimed()
    page = visit(cast.who("ll-viewer")).get(f"/cases/{task.number}/")
    assert page.status_code == 200
    assert page.context["deeds"] == []


def test_the_primary_action_stands_first(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    deeds = visit(cast.handler).get(f"/cases/{task.number}/").context["deeds"]
    assert deeds[0].name == "report"
    assert "claim" in [deed.name for deed in deeds]


def test_an_action_without_permission_is_refused_with_the_reason(cast: Cast, visit: Visit) -> None:
    task = cast.claimed()
    given = {"method": "on_site", "finding": "属实"}
    answer = visit(cast.handler).post(f"/cases/{task.number}/act/verify/", given)
    assert answer.status_code == 403
    assert "核查通过" in answer.content.decode()
    assert Case.objects.get(pk=task.pk).state == "claimed"
    in_place = visit(cast.handler).post(
        f"/cases/{task.number}/act/verify/", given, headers={"HX-Request": "true"}
    )
    assert in_place["HX-Retarget"] == "#main"


def test_evidence_is_for_those_who_see_the_case(cast: Cast, visit: Visit) -> None:
    evidence = cast.claimed().evidence.get()
    assert visit(cast.rival).get(f"/evidence/{evidence.pk}/").status_code == 404
    answer = visit(cast.inspector).get(f"/evidence/{evidence.pk}/")
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    answer.close()


def test_the_ledger_is_not_for_handlers(cast: Cast, visit: Visit) -> None:
    cast.in_progress()
    assert visit(cast.handler).get("/ledger/").status_code == 403
    assert visit(cast.who("ll-auditor")).get("/ledger/").status_code == 200


def test_a_number_out_of_sight_does_not_betray_its_case(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    seen = visit(cast.inspector).get(f"/cases/?q={task.number}")
    assert seen["Location"] == f"/cases/{task.number}/"
    hidden = visit(cast.rival).get(f"/cases/?q={task.number}")
    assert hidden.status_code == 200
    assert hidden.context["total"] == 0
    assert task.title not in hidden.content.decode()
