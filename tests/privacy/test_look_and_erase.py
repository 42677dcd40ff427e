"""Each look at personal data is an event; erasing destroys it, and the chain still holds; what is altered is named."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection

from bihuan.kernel.cases.history import events_of
from bihuan.kernel.cases.models import Case, CaseClock
from bihuan.kernel.cases.personal import erase, find, reveal
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.cases.verify_personal import verify_personal
from bihuan.kernel.errors import NotAllowed, Refusal
from bihuan.kernel.privacy import master
from bihuan.kernel.privacy.entropy import drawn_from, random_bytes
from bihuan.kernel.privacy.models import PersonalValue
from bihuan.kernel.privacy.store import ERASED, masks_of
from tests.cast import Cast
from tests.privacy.conftest import PERSON, appealed, through


def sql(statement: str, *values: object) -> None:
    """Change the table as its owner could."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def kinds() -> list[str]:
    """What kinds of fault the personal values have now."""
    return [fault.kind for fault in verify_personal()]


def test_a_look_gives_the_value_and_is_recorded_without_it(spring: Cast, appeal: Case) -> None:
    caller = spring.who("office-caller")
    value = reveal(appeal.number, "phone", caller, "回访", now=spring.later(minutes=1))
    look = events_of(appeal)[-1]
    assert value == PERSON["phone"]
    assert (look.action, look.post, look.content["given"]["reason"]) == (
        "look",
        "office-caller",
        "回访",
    )
    assert value not in look.body
    assert list(verify_all(spring.now)) == []


def test_an_old_value_and_one_of_an_action_are_looked_at_by_their_id(
    spring: Cast, appeal: Case
) -> None:
    through(spring, appeal)
    witness = PersonalValue.objects.get(field="witness")
    caller = spring.who("office-caller")
    assert reveal(appeal.number, witness.pk, caller, "核对", now=spring.now) == "王秀兰"


@pytest.mark.parametrize("post", ["works-liaison", "office-guardian"])
def test_a_stranger_is_refused_and_nothing_is_recorded(
    spring: Cast, appeal: Case, post: str
) -> None:
    with pytest.raises(NotAllowed):
        reveal(appeal.number, "phone", spring.who(post), "好奇", now=spring.now)
    assert len(events_of(appeal)) == 1


def test_the_unit_that_handles_may_look_once_it_is_assigned(spring: Cast, appeal: Case) -> None:
    spring.does(appeal, "assign", spring.who("office-clerk"), unit="works")
    handler = spring.who("works-liaison")
    assert reveal(appeal.number, "name", handler, "上门", now=spring.now) == "张晓燕"


def test_a_look_without_reason_and_a_value_of_another_case_are_refused(
    spring: Cast, appeal: Case
) -> None:
    caller, other = spring.who("office-caller"), appealed(spring)
    for which, reason in (("phone", "  "), (other.data["phone"]["sealed"], "x"), ("title", "x")):
        with pytest.raises(Refusal):
            reveal(appeal.number, which, caller, reason, now=spring.now)


def test_looks_and_erasure_leave_flow_clocks_and_end_as_they_are(
    spring: Cast, appeal: Case
) -> None:
    case = spring.does(through(spring, appeal), "verify", spring.who("office-caller"))
    runs = list(CaseClock.objects.order_by("pk").values())
    before = (case.state, case.end, case.ended_at, case.owner_id)
    spring.later(days=2)
    reveal(case.number, "phone", spring.who("office-caller"), "复核", now=spring.now)
    erase(case.number, None, spring.who("office-guardian"), "本人申请", now=spring.now)
    case.refresh_from_db()
    assert (case.state, case.end, case.ended_at, case.owner_id) == before
    assert list(CaseClock.objects.order_by("pk").values()) == runs
    assert list(verify_all(spring.now)) == []


def test_a_look_makes_no_open_page_stale(spring: Cast, appeal: Case) -> None:
    from bihuan.kernel.cases.engine import act
    from bihuan.kernel.errors import Stale

    clerk = spring.who("office-clerk")
    reveal(appeal.number, "phone", clerk, "核对", now=spring.now)
    moved = act(
        appeal.number, "amend", clerk, {"content": "x"}, now=spring.later(minutes=1), expect=1
    )
    with pytest.raises(Stale):
        act(moved.number, "amend", clerk, {"content": "y"}, now=spring.now, expect=1)


def test_erasing_all_leaves_nothing_to_bring_back_and_the_chain_holds(
    spring: Cast, appeal: Case
) -> None:
    other = appealed(spring)
    guardian = spring.who("office-guardian")
    erase(appeal.number, None, guardian, "本人撤回同意", now=spring.later(minutes=1))
    rows = PersonalValue.objects.filter(stream=appeal.number)
    assert all(not (r.key or r.ciphertext or r.nonce or r.mask or r.lookup) for r in rows)
    assert set(masks_of(appeal.number).values()) == {ERASED}
    assert (
        events_of(appeal)[-1]
        .content["given"]["basis"]
        .startswith("《中华人民共和国个人信息保护法》")
    )
    assert list(verify_all(spring.now)) == []
    clerk = spring.who("office-clerk")
    with pytest.raises(Refusal):
        reveal(appeal.number, "phone", clerk, "x", now=spring.now)
    assert find("phone", PERSON["phone"], clerk, "来电", now=spring.now) == [other.number]


def test_one_field_is_erased_with_its_past_and_the_others_stay(spring: Cast, appeal: Case) -> None:
    clerk, guardian = spring.who("office-clerk"), spring.who("office-guardian")
    spring.does(appeal, "amend", clerk, phone="13535816427")
    erase(appeal.number, ["phone"], guardian, "本人申请", now=spring.later(minutes=1))
    assert reveal(appeal.number, "name", clerk, "x", now=spring.now) == "张晓燕"
    assert PersonalValue.objects.filter(field="phone", erased_at=None).count() == 0
    assert list(verify_all(spring.now)) == []


def test_the_copy_in_a_case_opened_from_it_is_erased_with_it(spring: Cast, appeal: Case) -> None:
    through(spring, appeal)
    repair = appeal.children.get()
    guardian = spring.who("office-guardian")
    erase(appeal.number, ["name"], guardian, "本人申请", now=spring.now)
    assert ERASED not in masks_of(repair.number).values()
    erase(appeal.number, ["phone"], guardian, "本人申请", now=spring.now)
    assert set(masks_of(repair.number).values()) == {ERASED}
    assert events_of(repair)[-1].action == "erase"
    assert list(verify_all(spring.now)) == []


def test_a_case_goes_on_after_erasure(spring: Cast, appeal: Case) -> None:
    erase(appeal.number, None, spring.who("office-guardian"), "本人申请", now=spring.now)
    assert through(spring, appeal).state == "answered"
    assert list(verify_all(spring.now)) == []


def test_only_who_is_named_may_erase_and_a_ground_is_needed(spring: Cast, appeal: Case) -> None:
    with pytest.raises(NotAllowed):
        erase(appeal.number, None, spring.who("office-clerk"), "x", now=spring.now)
    with pytest.raises(Refusal):
        erase(appeal.number, None, spring.who("office-guardian"), "", now=spring.now)


def test_the_same_phone_is_found_however_it_was_written(spring: Cast, appeal: Case) -> None:
    other = appealed(spring, phone="+86 13935816427")
    appealed(spring, phone="13900000000")
    caller = spring.who("office-caller")
    found = find("phone", "139-3581-6427", caller, "来电核对", now=spring.now)
    assert found == [appeal.number, other.number]
    assert [events_of(case)[-1].action for case in (appeal, other)] == ["look", "look"]
    assert find("phone", "139-3581-6427", spring.who("works-liaison"), "x", now=spring.now) == []


ALTERED: dict[str, tuple[str, str]] = {
    "a bit of the ciphertext": ("ciphertext = set_byte(ciphertext, 0, get_byte(ciphertext, 0) # 1)", "changed"),
    "the tag": ("tag = repeat('0', 64)", "changed"),
    "the field": ("field = 'name'", "changed"),
    "the mask": ("mask = '138****0000'", "projection"),
    "the lookup": ("lookup = repeat('0', 64)", "projection"),
    "erased behind the door": ("key = '', ciphertext = '', erased_at = now()", "changed"),
    "the case": ("stream = 'SQ2023-00099'", "inserted"),
}  # fmt: skip


@pytest.mark.parametrize("what", ALTERED)
def test_an_altered_personal_value_is_named(spring: Cast, appeal: Case, what: str) -> None:
    change, kind = ALTERED[what]
    assert kinds() == []
    sql(f"UPDATE privacy_personalvalue SET {change} WHERE field = 'phone'")
    assert kinds() == [kind]


def test_two_values_exchanged_or_one_removed_are_named(spring: Cast, appeal: Case) -> None:
    appealed(spring, phone="13900000000")
    first, second = PersonalValue.objects.filter(field="phone").order_by("stream")
    for to, taken in ((first, second), (second, first)):
        sql(
            "UPDATE privacy_personalvalue SET ciphertext = %s, nonce = %s, key = %s WHERE id = %s",
            taken.ciphertext, taken.nonce, taken.key, to.pk,
        )  # fmt: skip
    assert kinds() == ["changed", "changed"]
    PersonalValue.objects.filter(pk=first.pk).delete()
    assert sorted(kinds()) == ["changed", "missing"]


def test_without_its_key_file_nothing_is_made_anew_and_the_message_names_it(
    spring: Cast, appeal: Case
) -> None:
    path = Path(str(configured.BIHUAN_PERSONAL_KEY))
    kept = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    master.forget()
    for attempt in (lambda: appealed(spring), lambda: reveal(
        appeal.number, "phone", spring.who("office-caller"), "回访", now=spring.now
    )):  # fmt: skip
        with pytest.raises(Refusal, match=str(path)):
            attempt()
    assert not path.exists()
    path.write_text(kept)
    path.chmod(0o600)
    assert reveal(
        appeal.number, "phone", spring.who("office-caller"), "回访", now=spring.now
    ) == PERSON["phone"]  # fmt: skip


SPOILT: dict[str, Callable[[Path], object]] = {
    "readable by others": lambda path: path.chmod(0o644),
    "another key": lambda path: path.write_text("0" * 64),
    "no key at all": lambda path: path.write_text("secret"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_wrong_key_file_is_refused(spring: Cast, appeal: Case, how: str) -> None:
    SPOILT[how](Path(str(configured.BIHUAN_PERSONAL_KEY)))
    master.forget()
    with pytest.raises(Refusal, match="personal_key"):
        reveal(appeal.number, "phone", spring.who("office-caller"), "回访", now=spring.now)


def test_a_seeded_source_gives_the_same_ids_again(spring: Cast) -> None:
    def drawn() -> list[str]:
        with drawn_from(random.Random(7).randbytes):
            return [random_bytes(16).hex() for _ in range(3)]

    assert drawn() == drawn()
    assert random_bytes(16) != random_bytes(16)
