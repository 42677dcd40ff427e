"""Every message that a person can read has an English text with the same variables; the catalog brings its own."""

import re
from collections.abc import Mapping

import pytest
from babel.messages.pofile import read_po
from django.test import Client

from tests.cast import Cast
from tests.web.conftest import Visit
from tests.web.messages import SOURCE, of_python, of_templates

CHINESE = re.compile(r"[\u4e00-\u9fff]")
VARIABLE = re.compile(r"%\(\w+\)s")
NOT_TO_TRANSLATE = {"中文"}


@pytest.fixture(scope="module")
def english() -> Mapping[str, str]:
    """Message → English text."""
    texts = {}
    for path in sorted(SOURCE.glob("*/locale/en/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            found = read_po(file, locale="en")
        for message in found:
            one = message.id if isinstance(message.id, str) else message.id[0]
            text = message.string
            texts[one] = text if isinstance(text, str) else str(text[-1])
    return texts


def test_every_message_has_an_english_text(english: Mapping[str, str]) -> None:
    found = {m: f for m, f in [*of_templates(), *of_python()] if CHINESE.search(m)}
    missing = [f"{file}: {message}" for message, file in found.items() if not english.get(message)]
    assert missing == []


def test_english_texts_carry_the_same_variables(english: Mapping[str, str]) -> None:
    wrong = [
        message
        for message, text in english.items()
        if sorted(VARIABLE.findall(message)) != sorted(VARIABLE.findall(text))
    ]
    assert wrong == []


def test_no_english_text_holds_chinese(english: Mapping[str, str]) -> None:
    signs = {"休 = 法定节假日", "班 = 调休上班"}  # explain the two signs themselves
    left = [m for m, text in english.items() if CHINESE.search(text) and m not in signs]
    assert left == []


def test_the_pages_are_english_for_those_who_choose_it(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    client: Client = visit(cast.handler)
    client.post("/settings/language/", {"language": "en", "next": "/"})
    page = client.get(f"/cases/{task.number}/").content.decode()
    assert '<html lang="en"' in page
    assert "What you may do now" in page
    assert "Weekly report" in page
    assert "现在可以办理" not in page
