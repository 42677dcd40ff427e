"""Places and units are found from what the caller knows, with the reason shown."""

from __future__ import annotations

from bihuan.compiler import Compilation, Duty, Place, Suggestion, compile_report
from bihuan.compiler.model import Advisor

PLACES = (Place("141125", "柳林县", ("柳林",)), Place("141182", "汾阳市", ("汾阳",)))
DUTIES = (
    Duty("edu", "市教育局", ("教育局",), ("幼儿园", "中小学", "学校")),
    Duty("build", "市住房和城乡建设局", ("市住建局",), ("老旧小区", "改造")),
    Duty("fin", "市财政局", (), ("预算",)),
)


def compiled(sentence: str, advisor: Advisor | None = None) -> Compilation:
    text = f"2024年政府工作报告\n一、2024年工作安排\n{sentence}\n"
    return compile_report(text.encode(), "r.txt", places=PLACES, duties=DUTIES, advisor=advisor)


class Past:
    """An advisor that always remembers the same units."""

    def __init__(self, *units: str) -> None:
        self.units = units

    def suggest(self, text: str, section: tuple[str, ...]) -> tuple[Suggestion, ...]:
        return tuple(Suggestion(unit, f"往年由{unit}牵头", ()) for unit in self.units)


def test_a_place_is_named_with_its_code() -> None:
    [commitment] = compiled("推动柳林、汾阳新建学校2所。").commitments
    assert [place.code for place in commitment.places] == ["141125", "141182"]


def test_the_unit_with_the_most_duty_words_leads_and_the_others_assist() -> None:
    [commitment] = compiled("改造中小学19所、幼儿园25所。").commitments
    assert commitment.lead is not None
    assert commitment.lead.unit == "edu"
    assert commitment.lead.words == ("中小学", "幼儿园")
    assert "中小学" in commitment.lead.why
    assert [unit.unit for unit in commitment.assist] == ["build"]


def test_a_unit_named_in_the_clause_comes_first() -> None:
    [commitment] = compiled("由市财政局安排学校改造资金2亿元。").commitments
    assert commitment.lead is not None
    assert commitment.lead.unit == "fin"
    assert [unit.code for unit in commitment.units] == ["fin"]


def test_no_owner_is_said_only_where_units_are_known() -> None:
    [commitment] = compiled("举办音乐节3场。").commitments
    assert "no-owner" in {d.code for d in commitment.diagnostics}
    alone = compile_report("今年举办音乐节3场。".encode(), "r.txt", year=2024).commitments[0]
    assert "no-owner" not in {d.code for d in alone.diagnostics}


def test_diagnostics_speak_both_languages_and_hint() -> None:
    [commitment] = compiled("促进就业明显改善。").commitments
    for diagnostic in commitment.diagnostics:
        assert diagnostic.message_zh
        assert diagnostic.message_en
        assert diagnostic.hint_zh
    assert "uncounted" in {d.code for d in commitment.diagnostics}


def test_the_past_comes_before_duty_words_and_both_reasons_stand() -> None:
    [commitment] = compiled("改造中小学19所、幼儿园25所。", Past("build", "fin")).commitments
    assert commitment.lead is not None
    assert commitment.lead.unit == "build"
    assert commitment.lead.why == "往年由build牵头;职责词:改造"
    assert [unit.unit for unit in commitment.assist] == ["fin", "edu"]


def test_a_unit_named_in_the_clause_comes_before_the_past() -> None:
    [commitment] = compiled("由市财政局安排学校改造资金2亿元。", Past("edu")).commitments
    assert commitment.lead is not None
    assert commitment.lead.unit == "fin"
    assert [unit.unit for unit in commitment.assist] == ["edu", "build"]


def test_at_most_three_units_assist() -> None:
    [commitment] = compiled("改造中小学19所。", Past("a", "b", "c", "d", "e")).commitments
    assert len(commitment.assist) == 3
    assert all(unit.why for unit in commitment.assist)


def test_a_silent_past_leaves_the_duty_words() -> None:
    [commitment] = compiled("改造中小学19所、幼儿园25所。", Past()).commitments
    assert commitment.lead is not None
    assert commitment.lead.unit == "edu"
