"""A program that opens a demand by REST passes the same intake as a resident: cleaned, checked, limited; never in a batch."""

from bihuan.kernel.cases.models import Case
from tests.api.conftest import Calls
from tests.cast import Cast
from tests.hotline.conftest import WORDS, Hall

DEMAND: dict[str, object] = {
    "title": "路灯不亮", "kind": "help", "content": WORDS, "channel": "api", "caller_phone": "13835800001",
    "place": "141102", "lat": 37.52, "lon": 111.14,
}  # fmt: skip
PATH = "cases/hotline.demand"


def test_a_demand_is_cleaned_and_read_as_everywhere(cast: Cast, calls: Calls) -> None:
    program = calls(Hall(cast).desk)
    sent = program.post(
        PATH, DEMAND | {"content": f"\u202e{WORDS}\u200b", "title": "请联系13835812345"}
    )
    assert sent.status_code == 201, sent.content
    case = Case.objects.get()
    assert case.data["content"] == WORDS
    assert "13835812345" not in case.title
    assert (case.data["pace"], case.data["identity"], case.data["lat"]) == (
        "general",
        "open",
        "37.52",
    )


def test_faults_stand_under_the_names_that_were_sent(cast: Cast, calls: Calls) -> None:
    program = calls(Hall(cast).desk)
    wrong = {
        "caller_phone": "12345678901",
        "lat": 111.14,
        "lon": 37.52,
        "lead": "ll-edu",
        "content": ["x"],
    }
    told = program.post(PATH, DEMAND | wrong).json()
    assert "lead" in str(told)
    assert "content" in str(told)
    told = program.post(
        PATH, DEMAND | {"caller_phone": "12345678901", "lat": 111.14, "lon": 37.52}
    ).json()
    assert "caller_phone" in str(told)
    assert "填反了" in str(told)
    assert not Case.objects.exists()


def test_a_key_gives_the_first_answer_and_another_request_under_it_is_refused(
    cast: Cast, calls: Calls
) -> None:
    program = calls(Hall(cast).desk)
    first = program.post(PATH, DEMAND, Idempotency_Key="one")
    program.post(PATH, DEMAND | {"content": f"{WORDS}又坏了"})
    again = program.post(PATH, DEMAND, Idempotency_Key="one")
    assert again.json()["number"] == first.json()["number"]
    assert again["Idempotent-Replay"] == "true"
    assert program.post(PATH, DEMAND | {"title": "别的"}, Idempotency_Key="one").status_code >= 400


def test_the_online_desk_is_limited_by_telephone_and_an_operator_is_not(
    cast: Cast, calls: Calls
) -> None:
    hall = Hall(cast)
    for who, most in ((hall.desk, 10), (hall.who("operator-1"), 12)):
        program = calls(who)
        for n in range(12):
            status = program.post(
                PATH, DEMAND | {"content": f"{WORDS}{who.post}第{n}处"}
            ).status_code
            assert status == (201 if n < most else 429)


def test_demands_do_not_come_in_by_batch(cast: Cast, calls: Calls) -> None:
    refused = calls(Hall(cast).desk).post("batch/hotline.demand", [DEMAND])
    assert refused.status_code == 409
    assert "逐件" in refused.json()["detail"] + refused.json()["title"]
    assert not Case.objects.exists()
