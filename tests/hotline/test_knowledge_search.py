"""Finding an article as people type: substrings, synonyms, pinyin, slips of the pen; and only what may be offered."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.hotline.knowledge import Hit, search
from bihuan.hotline.knowledge_match import is_near, marked
from bihuan.hotline.knowledge_tokens import nearly, sounds_of
from bihuan.hotline.knowledge_words import Synonyms, check_synonyms, without_around
from bihuan.kernel.cases.models import Case
from tests.cast import Cast
from tests.hotline.knowledge import ALLOWANCE, published

Find = Callable[..., tuple[Hit, ...]]
LVLIANG = Path(__file__).parents[2] / "catalog" / "lvliang"


@pytest.fixture
def medicare(cast: Cast) -> Case:
    return published(cast)


@pytest.fixture
def allowance(cast: Cast) -> Case:
    return published(cast, "ll-civil-liaison", **ALLOWANCE)


@pytest.mark.parametrize(
    "words",
    [
        "医疗保险", "疗保", "参保缴费", "社区",  # substrings of title and answer
        "医保", "新农合",  # synonyms
        "ylbx", "YLBX", "cxjmyl",  # initials
        "yiliao", "yiliaobaoxian", "baox",  # full pinyin, also while it is typed
        "医疗保线", "医疗宝险", "医疗险",  # wrong, homophone, missing character
        "请问怎么办理医保？", "医保 缴费", "怎样给新生儿参保",
    ],
)  # fmt: skip
def test_it_is_found(cast: Cast, medicare: Case, allowance: Case, words: str) -> None:
    assert search(words, cast.now)[0].number == medicare.number


@pytest.mark.parametrize("words", ["", "？", "'; DROP TABLE", "\\", "&|!:*", "不存在的事", "zzzz"])
def test_nothing_is_found_and_nothing_breaks(cast: Cast, medicare: Case, words: str) -> None:
    assert search(words, cast.now) == ()


def test_low_income_is_found_by_its_short_name_and_by_its_document(
    cast: Cast, medicare: Case, allowance: Case
) -> None:
    assert [hit.number for hit in search("低保", cast.now)] == [allowance.number]
    assert [hit.number for hit in search("国务院令第649号", cast.now)] == [allowance.number]
    assert [hit.number for hit in search(allowance.number, cast.now)] == [allowance.number]


def test_the_title_comes_before_the_answer(cast: Cast) -> None:
    below = published(cast, title="异地就医备案", answer="先办理社会保障卡。", keywords="")
    above = published(cast, title="社会保障卡补办", answer="到服务网点。", keywords="")
    assert [h.number for h in search("社会保障卡", cast.now)] == [above.number, below.number]


def test_what_was_found_is_marked_in_its_own_writing(cast: Cast, medicare: Case) -> None:
    [by_synonym] = search("医保", cast.now)
    assert marked(by_synonym.title, by_synonym.words)[1] == ("医疗保险", True)
    [by_initials] = search("ylbx", cast.now)
    assert by_initials.words == ("医疗保险",)


def test_the_excerpt_shows_where_the_answer_speaks_of_it(cast: Cast) -> None:
    published(cast, title="问", keywords="", answer="前" * 80 + "ＥＴＣ办理①" + "后" * 80)
    [hit] = search("etc办理", cast.now)
    assert hit.excerpt[0] == hit.excerpt[-1] == "…"
    assert ("ＥＴＣ办理", True) in marked(hit.excerpt, hit.words)


def test_the_public_sees_no_article_for_operators(cast: Cast, allowance: Case) -> None:
    assert search("低保", cast.now)
    assert search("低保", cast.now, public_only=True) == ()


def test_a_division_gets_its_own_and_the_whole_citys_articles(cast: Cast) -> None:
    whole = published(cast, title="供热报修")
    liulin = published(cast, title="柳林供热报修", region="141125")
    fenyang = published(cast, title="汾阳供热报修", region="141182")
    everywhere = {h.number for h in search("供热", cast.now)}
    assert everywhere == {whole.number, liulin.number, fenyang.number}
    assert {h.number for h in search("供热", cast.now, "141125")} == {whole.number, liulin.number}


def test_a_pronunciation_is_chosen_by_the_words_around_it(cast: Cast) -> None:
    case = published(cast, title="银行转账重复扣款", keywords="")
    for words in ("yinhang", "yhzz", "chongfu"):
        assert [hit.number for hit in search(words, cast.now)] == [case.number]


def test_question_words_fall_away() -> None:
    assert without_around("请问怎么办理医保报销") == ["医保报销"]


def test_a_synonym_inside_a_word_is_replaced() -> None:
    found = Synonyms((("医疗保险", "医保"),)).variants("职工医保报销")
    assert found == ("职工医保报销", "职工医疗保险报销")


@given(st.text(max_size=40))
def test_every_character_has_one_sound(text: str) -> None:
    assert len(sounds_of(text)) == len(text)


@given(st.text(max_size=40), st.lists(st.text(max_size=3), max_size=3))
def test_a_marked_text_is_the_text(text: str, words: list[str]) -> None:
    assert "".join(piece for piece, _ in marked(text, words)) == text


@given(st.text("医保卡社会险", min_size=3, max_size=8), st.data())
def test_one_slip_is_near(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    for slip in (word[:place] + "X" + word[place + 1 :], word[:place] + word[place + 1 :]):
        assert is_near(word, slip)
    assert nearly(word)


def test_the_citys_synonyms_are_sound() -> None:
    assert check_synonyms(LVLIANG) == ()


def test_a_mistake_in_the_synonyms_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "hotline").mkdir()
    file = tmp_path / "hotline" / "synonyms.yaml"
    file.write_text("groups:\n  - [医保, 医疗保险]\n  - [低保]\n  - [医保, 社保]\n  - [医 保, x]\n")
    problems = [(p.file, p.line) for p in check_synonyms(tmp_path)]
    assert problems == [("hotline/synonyms.yaml", n) for n in (3, 4, 5, 5)]
    file.write_text("groups: [[1, 2]]\nmore: 3\n")
    assert {p.line for p in check_synonyms(tmp_path)} == {1, 2}
