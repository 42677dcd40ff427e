"""The hotline's rules: extension and cut-off, long cycle, letters, appeal by another hand; each number has a basis."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import Settings

from bihuan.hotline.offered import replies_for
from bihuan.kernel.cases.city import forget, matter_now
from bihuan.kernel.cases.install import install_city
from bihuan.kernel.cases.models import Case, CaseClock
from bihuan.kernel.catalog.load import load_city
from bihuan.kernel.errors import KernelError, Refusal
from bihuan.kernel.orgs.models import Person
from tests.hotline.conftest import Hall, Visit

HERE = ZoneInfo("Asia/Shanghai")
PROFILES = Path(__file__).parents[2] / "catalog"
PLAN = {
    "pace": "long", "subject": "road", "plan": "分三段施工",
    "steps": [{"by": "2023-05-01", "what": "完成路基"}],
}  # fmt: skip


def in_hand(hall: Hall, **changes: str) -> Case:
    """A demand that the education bureau signed for."""
    case = hall.registered(**changes)
    hall.does(case, "dispatch", hall.who("dispatcher"), lead="ll-edu")
    return hall.does(case, "sign_for", hall.cast.handler)


def due(case: Case, clock: str) -> datetime:
    """When an open clock is due, in local time."""
    found = CaseClock.objects.get(case=case, key=clock, is_open=True).due_at
    assert found is not None
    return found.astimezone(HERE)


def test_an_approved_extension_of_a_question_moves_its_clock(hall: Hall) -> None:
    case = in_hand(hall, kind="consult")
    before = due(case, "consult")
    hall.does(case, "request_extension", hall.cast.handler, extra_days=3, reason="须查档案")
    hall.does(case, "approve_extension", hall.who("dispatcher"))
    assert due(case, "consult").date() >= before.date() + timedelta(days=3)
    hall.does(case, "request_extension", hall.cast.handler, extra_days=4, reason="再查")
    with pytest.raises(Refusal):
        hall.does(case, "approve_extension", hall.who("dispatcher"))


@pytest.fixture
def early(settings: Settings, tmp_path: Path, hall: Hall) -> Iterator[Hall]:
    """A hotline that takes no requests for extensions after eight o'clock: one number laid over Lüliang's."""
    (tmp_path / "city.yaml").write_text(f"key: early\nbase: {PROFILES / 'lvliang'}\n", "utf-8")
    rule = "{from: 2020-01-01, value: 8, basis: 测试}"
    text = f"parameters: {{hotline.extension_cutoff_hour: {{values: [{rule}]}}}}\n"
    (tmp_path / "parameters.yaml").write_text(text, "utf-8")
    settings.BIHUAN_CATALOG = tmp_path
    forget()
    install_city()
    yield hall
    forget()


def test_after_the_cutoff_hour_no_extension_is_asked_for(early: Hall) -> None:
    hall, case = early, in_hand(early)
    with pytest.raises(Refusal) as refused:
        hall.does(case, "request_extension", hall.cast.handler, extra_days=1, reason="须查档案")
    assert refused.value.code == "after_cutoff"


def test_a_long_cycle_runs_to_its_pledged_date_within_180_days(hall: Hall) -> None:
    case = in_hand(hall)
    for day in ("2023-09-30", "2023-02-01"):
        with pytest.raises(Refusal) as refused:
            hall.does(case, "make_long", hall.who("chief"), pledged=day, **PLAN)
        assert refused.value.code == "pledge_out_of_range"
    with pytest.raises(KernelError):
        hall.does(
            case, "make_long", hall.who("chief"), pledged="2023-06-30", **PLAN | {"subject": ""}
        )
    case = hall.does(case, "make_long", hall.who("chief"), pledged="2023-06-30", **PLAN)
    assert due(case, "long_plan").date().isoformat() == "2023-06-30"
    with pytest.raises(Refusal) as short:
        hall.does(case, "request_extension", hall.cast.handler, extra_days=1, reason="下雨")
    assert short.value.code == "long_cycle"


def test_the_four_kinds_of_long_cycle_are_those_of_the_rule(hall: Hall) -> None:
    form = matter_now("hotline.demand")[0].actions["make_long"].form
    assert set(form["subject"].choices) == {"land", "demolition", "road", "telecom"}


def test_a_letter_is_a_case_with_its_own_clock(hall: Hall) -> None:
    case = in_hand(hall)
    hall.does(case, "supervise", hall.who("chief"), demand="三日内书面说明")
    letter = Case.objects.get(matter="hotline.letter")
    assert letter.data["level"] == "first"
    assert letter.data["lead"] == "ll-edu"
    assert letter.clocks.filter(is_open=True, status="running").exists()


def test_two_unsatisfied_callbacks_propose_a_letter_on_the_page(hall: Hall, visitor: Visit) -> None:
    case = hall.answered()
    chief: Client = visitor()
    chief.force_login(Person.objects.get(pk=hall.who("chief").person))
    for n in range(2):
        hall.does(case, "not_solved", hall.desk, way="link", rating="bad")
        page = chief.get(f"/cases/{case.number}/").content.decode()
        assert ('id="unhappy"' in page) == (n == 1)
        hall.does(case, "reply", hall.cast.handler, answer="3月9日再次更换灯具，当晚亮灯。")
        hall.does(case, "pass", hall.who("quality"))


def test_who_excluded_a_demand_does_not_decide_on_the_appeal(hall: Hall) -> None:
    stated = matter_now("hotline.demand")[0]
    for name in ("uphold", "overturn"):
        assert stated.actions[name].other_than == ("exclude",)


@pytest.mark.parametrize("catalog", ["lvliang", "profiles/beijing"])
def test_every_parameter_has_a_basis(catalog: str) -> None:
    for name, parameter in load_city(PROFILES / catalog).parameters.table.items():
        assert all(value.basis.strip() for value in parameter.values), name


def test_every_ground_for_not_accepting_proposes_a_lawful_route(hall: Hall) -> None:
    for key in ("hotline.demand", "hotline.report"):
        ground = matter_now(key)[0].actions["decline"].form["ground"]
        assert all(choice.fills.get("route") for choice in ground.choices.values()), key
        assert "12388" in ground.choices["discipline"].fills["route"]


def test_a_ground_without_a_route_comes_back_with_the_proposed_one(
    hall: Hall, visitor: Visit
) -> None:
    case = hall.registered()
    client: Client = visitor()
    client.force_login(Person.objects.get(pk=hall.who("dispatcher").person))
    sent = {"ground": "discipline", "route": "", "expect": case.seq}
    answer = client.post(f"/cases/{case.number}/act/decline/", sent)
    assert answer.status_code == 422, answer.content.decode()
    page = answer.content.decode()
    assert (
        "拨打12388"
        in re.findall(r'<textarea id="decline-route"[^>]*>(.*?)</textarea>', page, re.S)[0]
    )
    case.refresh_from_db()
    assert case.state == "registered", "nothing is told that nobody has seen"


def test_reply_templates_fit_the_kind_and_stand_on_the_page(hall: Hall, visitor: Visit) -> None:
    assert [one.label for one in replies_for("praise", "")] == ["感谢表扬"]
    case = in_hand(hall)
    client: Client = visitor()
    client.force_login(Person.objects.get(pk=hall.cast.handler.person))
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert 'data-put="reply-answer"' in page
    assert 'id="reply-answer"' in page
