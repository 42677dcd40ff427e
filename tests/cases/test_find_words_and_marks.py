"""The search column holds what a case says, whom it concerns and whether it is open, whatever happened to it."""

from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.tokens import document_of, folded, query_of, tokens_of
from tests.cast import Cast


def found(query: str) -> set[str]:
    """Numbers of the cases whose column fits."""
    fits = '"cases_case"."search" @@ %s::tsquery'
    return set(Case.objects.extra(where=[fits], params=[query]).values_list("number", flat=True))


def test_a_substring_of_one_character_or_more_is_found(cast: Cast) -> None:
    task = cast.draft()
    for words in ("普惠性", "园", "25所", "幼儿园25", task.number, task.number.lower()):
        assert task.number in found(query_of(words)), words
    assert found(query_of("消防站")) == set()


def test_marks_follow_the_parties_and_the_end(cast: Cast) -> None:
    task = cast.in_progress()
    assert found("'@ll-edu' & '#open'") == {task.number}
    cast.does(
        task,
        "reassign",
        cast.planner,
        lead="ll-health",
        assist=[],
        responsible="ll-health-head",
        reason="调整",
    )
    assert (found("'@ll-edu'"), found("'@ll-health'")) == (set(), {task.number})
    cast.does(task, "withdraw", cast.planner, reason="不再需要")
    assert found("'@ll-health' & '#open'") == set()
    assert found("'@ll-health'") == {task.number}


@given(st.text(max_size=40), st.data())
def test_every_part_of_a_text_is_made_of_its_tokens(text: str, data: st.DataObject) -> None:
    whole = folded(text)
    start = data.draw(st.integers(0, len(whole)))
    part = whole[start : data.draw(st.integers(start, len(whole)))]
    wanted = {
        term.strip("'").replace("''", "'").replace("\\\\", "\\")
        for term in query_of(part).split(" & ")
        if term
    }
    held = tokens_of([text])
    for term in wanted:
        stem = term.removesuffix("':*")
        assert stem in held or any(token.startswith(stem) for token in held)


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30),
        max_size=3,
    )
)
def test_a_document_has_no_marks_but_those_given(texts: list[str]) -> None:
    assert not any(token.startswith(("@", "#")) for token in tokens_of(texts))
    assert document_of(texts, ["@x"]).endswith("'@x'")
