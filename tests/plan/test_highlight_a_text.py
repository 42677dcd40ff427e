"""Highlights: whatever the spans, no letter is lost and every span is covered."""

from hypothesis import given
from hypothesis import strategies as st

from bihuan.web.highlight import Span, around, blocks, segments

TEXTS = st.text("甲乙丙<&>\n，。- #12", max_size=80)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(TEXTS)
    edge = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(edge, edge), max_size=8))
    return text, [Span(min(p), max(p), f"k{i}") for i, p in enumerate(pairs)]


@given(marked_texts())
def test_segments_give_the_text_back_and_cover_every_span(drawn: tuple[str, list[Span]]) -> None:
    text, spans = drawn
    found = segments(text, spans)
    assert "".join(s.text for s in found) == text
    for span in spans:
        covered = "".join(s.text for s in found if span.key in s.keys)
        assert covered == text[span.start : span.end]
        if span.start < span.end:
            assert sum(span.key in s.opens for s in found) == 1
            assert sum(span.key in s.closes for s in found) == 1


@given(marked_texts())
def test_blocks_lose_nothing_but_blanks_and_markers(drawn: tuple[str, list[Span]]) -> None:
    text, spans = drawn
    found = blocks(text, [], spans)
    for block in found:
        assert "".join(s.text for s in block.segments) == text[block.start : block.end]
    shown = "".join(text[b.start : b.end] for b in found)
    assert [c for c in shown if c not in "- \n"] == [c for c in text if c not in "- \n"]


@given(marked_texts())
def test_the_words_around_a_span_hold_the_span(drawn: tuple[str, list[Span]]) -> None:
    text, spans = drawn
    for span in spans:
        if (
            span.start < span.end
            and text[span.start : span.end].strip() == text[span.start : span.end]
        ):
            inside = "".join(s.text for s in around(text, span) if span.key in s.keys)
            assert inside == text[span.start : span.end]


def test_a_heading_is_told_from_a_paragraph_that_begins_with_it() -> None:
    text = "# 重点工作\n\n重点工作今年抓三件。\n- 第一件"
    found = blocks(text, [{"start": 2, "end": 9, "level": 1, "title": "重点工作"}], [])
    assert [(b.kind, text[b.start : b.end]) for b in found] == [
        ("heading", "重点工作"), ("paragraph", "重点工作今年抓三件。"), ("item", "第一件"),
    ]  # fmt: skip
