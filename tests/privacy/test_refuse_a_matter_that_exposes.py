"""A matter through which personal data would lie open, or could never be read or erased, is refused at its place."""

from typing import Any

import pytest

from bihuan.kernel.matters.definition import Matter
from tests.kernel.flows import errand
from tests.kernel.test_refuse_what_a_file_cannot_mean import codes

GRANTS: dict[str, Any] = {"reveals": ["handler@lead"], "erases": ["leader"]}
CONTACT: dict[str, Any] = {
    "fields.contact": {"type": "text", "label": "电话", "personal": "phone"},
    "fields.plain": {"type": "text", "label": "备注"},
}


def private(changes: dict[str, Any] | None = None) -> Matter:
    """The errand with a personal field, sound but for the changes."""
    return errand(GRANTS | CONTACT | (changes or {}))


def part() -> Matter:
    """The matter of the cases that the errand opens or collects from."""
    return errand(GRANTS | CONTACT | {"key": "test.part", "prefix": "XB"})


HANDS_ON: dict[str, Any] = {
    "matter": "test.part",
    "copy": {n: n for n in ("title", "lead", "inspection", "deadline")},
}
NUMBER: dict[str, Any] = {"type": "integer", "label": "x", "personal": "phone"}
ROWS: dict[str, Any] = {
    "type": "rows",
    "label": "x",
    "fields": {"phone": CONTACT["fields.contact"]},
}
COLLECTED: dict[str, Any] = {
    "type": "rows",
    "label": "汇总",
    "fields": {"text": {"type": "text", "label": "x"}},
}


def test_an_errand_that_keeps_what_is_personal_is_sound() -> None:
    copies = {**HANDS_ON, "copy": {**HANDS_ON["copy"], "contact": "contact"}}
    opens = {"actions.sign_for.opens": copies}
    assert codes(private()) == {}
    assert codes(private(opens), part()) == {}
    second = {"fields.second": CONTACT["fields.contact"]}
    assert codes(private(second | {"actions.report.sets": {"second": "contact"}})) == {}


@pytest.mark.parametrize(
    ("changes", "code", "loc"),
    [
        ({"fields.contact": NUMBER}, "personal_type", ("fields", "contact", "personal")),
        ({"fields.people": ROWS}, "personal_in_rows", ("fields", "people", "fields", "phone", "personal")),
        ({"actions.claim.form": {"n": NUMBER}}, "personal_type", ("actions", "claim", "form", "n", "personal")),
        ({"fields.title": {"type": "text", "label": "x", "required": True, "personal": "name"}}, "personal_exposed", ("title",)),
        ({"search": ["plain", "contact"]}, "personal_exposed", ("search", 1)),
        ({"public": ["contact"]}, "personal_exposed", ("public", 0)),
        ({"clocks.major.when": {"contact": "1"}}, "unknown_name", ("clocks", "major", "when", "contact")),
        ({"actions.report.sets": {"plain": "contact"}}, "personal_exposed", ("actions", "report", "sets", "plain")),
        ({"reveals": []}, "personal_unread", ()),
        ({"erases": []}, "personal_unerasable", ()),
        ({"reveals": ["nobody"]}, "unknown_name", ("reveals", 0)),
        ({"erases": ["handler@contact"]}, "unknown_name", ("erases", 0)),
        ({"erases": ["system"]}, "unknown_name", ("erases", 0)),
    ],
)  # fmt: skip
def test_an_exposure_is_named_at_its_place(
    changes: dict[str, Any], code: str, loc: tuple[str | int, ...]
) -> None:
    assert codes(private(changes)).get(code) == loc


def test_a_handoff_and_a_collection_may_not_carry_it_into_the_open() -> None:
    copies = {**HANDS_ON, "copy": {**HANDS_ON["copy"], "plain": "contact"}}
    found = codes(private({"actions.sign_for.opens": copies}), part())
    assert found == {"personal_exposed": ("actions", "sign_for", "opens", "copy", "plain")}
    gathers = {"all": {"matter": "test.part", "copy": {"text": "contact"}}}
    changes = {"fields.all": COLLECTED, "actions.claim.gathers": gathers}
    found = codes(private(changes), part())
    assert found["personal_exposed"] == ("actions", "claim", "gathers", "all", "copy", "text")


def test_the_products_own_events_keep_their_names() -> None:
    look = {"label": "看", "from": ["in_progress"], "to": "same", "by": ["handler@lead"]}
    assert codes(private({"actions.look": look})) == {"reserved_name": ("actions", "look")}
