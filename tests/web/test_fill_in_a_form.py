"""Every type of field goes out as inputs and comes back as the same value. No page is asked."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from bihuan.kernel.cases.city import city
from bihuan.kernel.errors import FieldProblem
from bihuan.kernel.matters.fields import Choice, FieldDefinition, Json, parse_form
from bihuan.web.inputs import inputs_for, read_post

COLUMNS = {
    "name": FieldDefinition(type="text", label="名称", required=True),
    "value": FieldDefinition(type="number", label="数值"),
    "when": FieldDefinition(type="date", label="日期"),
}
FIELDS = {
    "text": FieldDefinition(type="text", label="文字"),
    "longtext": FieldDefinition(type="longtext", label="长文"),
    "integer": FieldDefinition(type="integer", label="整数"),
    "number": FieldDefinition(type="number", label="数"),
    "date": FieldDefinition(type="date", label="日期"),
    "boolean": FieldDefinition(type="boolean", label="是否"),
    "choice": FieldDefinition(
        type="choice", label="选择", choices={"a": Choice(label="甲"), "b": Choice(label="乙")}
    ),
    "unit": FieldDefinition(type="unit", label="单位"),
    "units": FieldDefinition(type="units", label="多个单位"),
    "post": FieldDefinition(type="post", label="岗位"),
    "region": FieldDefinition(type="region", label="区划"),
    "rows": FieldDefinition(type="rows", label="多行", fields=COLUMNS),
}
WORDS = st.text("甲乙丙 ab<>&\"'{}%,。\n", min_size=1, max_size=30).filter(lambda t: t.strip())
LINE = WORDS.map(lambda t: t.replace("\n", " ").strip())
NUMBER = st.decimals(-(10**9), 10**9, places=2, allow_nan=False).map(str)
DAY = st.dates().map(lambda d: d.isoformat())
VALUES = {
    "text": LINE,
    "longtext": WORDS.map(str.strip),
    "integer": st.integers(-(10**12), 10**12),
    "number": NUMBER,
    "date": DAY,
    "boolean": st.booleans(),
    "choice": st.sampled_from("ab"),
    "unit": st.sampled_from(["ll-edu", "ll-health"]),
    "units": st.lists(
        st.sampled_from(["ll-drc", "ll-edu", "ll-health"]), unique=True, min_size=1
    ).map(sorted),
    "post": st.sampled_from(["ll-mayor", "ll-edu-head"]),
    "region": st.just("141100"),
    "rows": st.lists(
        st.fixed_dictionaries({"name": LINE}, optional={"value": NUMBER, "when": DAY}),
        min_size=1,
        max_size=4,
    ),
}


class Browser(HTMLParser):
    """Reads a form as a browser does and gives what it would send."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.area = self.select = ""
        self.text = ""
        self.templates = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.templates += tag == "template"
        if self.templates:
            return
        if tag == "textarea":
            self.area, self.text = given["name"], ""
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and "selected" in given:
            self.sent.append((self.select, given["value"]))
        elif tag == "input" and _is_sent(given):
            self.sent.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        self.templates -= tag == "template"
        if tag == "textarea" and self.area:
            self.sent.append((self.area, self.text.removeprefix("\n").replace("\n", "\r\n")))
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data


def _is_sent(given: dict[str, str]) -> bool:
    kind = given["type"]
    return "name" in given and kind != "file" and (kind != "checkbox" or "checked" in given)


def send(values: dict[str, Json]) -> QueryDict:
    """Show values in inputs and send the form unchanged."""
    browser = Browser()
    for one in inputs_for(FIELDS, values):
        browser.feed(render_to_string("web/parts/field.html", {"input": one, "prefix": "p"}))
    post = QueryDict(mutable=True)
    for name, value in browser.sent:
        post.appendlist(name, value)
    return post


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_shown_comes_back(name: str) -> None:
    @given(VALUES[name])
    def goes_round(raw: Json) -> None:
        stored, problems = parse_form(FIELDS, {name: raw})
        assert problems == ()
        again, problems = parse_form(FIELDS, read_post(FIELDS, send(stored)))
        assert problems == ()
        assert again == stored

    goes_round()


def test_an_empty_form_comes_back_empty() -> None:
    values, problems = parse_form(FIELDS, read_post(FIELDS, send({})))
    assert problems == ()
    assert not any(values.values())


def test_a_field_that_was_not_on_the_page_stays_away() -> None:
    assert read_post(FIELDS, QueryDict("text=a")) == {"text": "a"}


def test_a_list_emptied_by_hand_counts() -> None:
    assert read_post(FIELDS, QueryDict("shown=units&shown=rows")) == {"units": [], "rows": []}


def test_problems_stand_at_their_row() -> None:
    typed = {"rows": [{"name": "", "value": "很多"}]}
    _, problems = parse_form({"rows": FIELDS["rows"]}, typed)
    rows = inputs_for({"rows": FIELDS["rows"]}, typed, problems)[0].rows
    assert [bool(one.problems) for one in rows[0].inputs] == [True, True, False]
    assert rows[0].inputs[1].value == "很多"


def test_what_was_typed_wrongly_is_kept() -> None:
    problems = (FieldProblem("date", "应填日期"),)
    date = inputs_for({"date": FIELDS["date"]}, {"date": "六月三十"}, problems)[0]
    html = render_to_string("web/parts/field.html", {"input": date, "prefix": "p"})
    assert 'value="六月三十"' in html
    assert 'type="text"' in html


def test_a_code_that_the_catalog_dropped_stays_chosen() -> None:
    unit = inputs_for({"unit": FIELDS["unit"]}, {"unit": "gone-unit"})[0]
    chosen = [o.value for group in unit.groups for o in group.options if o.is_chosen]
    assert chosen == ["gone-unit"]


def test_rows_have_blank_ones_for_pages_without_scripts(settings: Settings) -> None:
    assert Path(settings.BIHUAN_CATALOG).name == city().info.key
    rows = inputs_for({"rows": FIELDS["rows"]}, {"rows": [{"name": "一"}]})[0].rows
    assert len(rows) == 4
