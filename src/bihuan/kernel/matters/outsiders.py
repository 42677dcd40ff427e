"""What persons outside are told (告知诉求人): the words of a matter, and the registry of what may stand in them. Pure.

A text is plain but for `%(name)s`. The names are registered, each with the most characters it may take, so that the length of
a message is known before anybody sends one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import Field as PydanticField

from bihuan.kernel.matters.fields import Frozen

PLACE = re.compile(r"%\((\w+)\)s")
STRAY = re.compile(r"%(?!\(\w+\)s)")
ALONE, JOINED = (
    70,
    67,
)  # characters of a short message: one that stands alone, a part of a longer one
LONGEST_SITE = 40  # what a link is reckoned with for https://host of the installation


class Tells(Frozen):
    """What is told about one step: to the person of the case, and to those of the cases that follow it."""

    text: str = PydanticField(
        min_length=1, description="短信和邮件的文字: with %(number)s and such"
    )
    text_en: str = PydanticField(
        default="", description="the same in English, beneath the Chinese in e-mail only"
    )
    followers: str = PydanticField(
        default="", description="告知并单诉求人的文字: where it differs; `-` tells them nothing"
    )
    followers_en: str = PydanticField(default="", description="the same in English")

    def says(self, *, follower: bool) -> str:
        """The text for one kind of person; empty where they are told nothing."""
        text = (self.followers or self.text) if follower else self.text
        return "" if text == "-" else text

    def says_in_english(self, *, follower: bool) -> str:
        """The English beneath it, where there is one."""
        return self.followers_en if follower and self.followers else self.text_en


class Follows(Frozen):
    """When a case follows another one (并单): the field with the other's number, and the state in which it counts."""

    field: str = PydanticField(description="text field that holds the number of the other case")
    state: str = PydanticField(description="end state in which the case follows it")


class Outsiders(Frozen):
    """Whom a matter tells outside the house, and what of its opening."""

    contact: tuple[str, ...] = PydanticField(
        min_length=1,
        description="personal fields of kind phone or mail, the one to be used first at the head",
    )
    unless: dict[str, tuple[str, ...]] = PydanticField(
        default_factory=dict, description="choice field: values with which nobody is told"
    )
    parts: str = PydanticField(description="parameter: most parts (count) of one short message")
    opened: Tells | None = PydanticField(
        default=None, description="登记后告知: what is told when a case is opened"
    )


@dataclass(frozen=True)
class Said:
    """What a registered word is made from: the told person's own case, the event, and the case that it happened to."""

    number: str
    main: str
    seq: int


@dataclass(frozen=True)
class Word:
    """One name that may stand in a text. `own`: only for the person of the case itself; `link`: a path of the pages.

    `make` gives None where there is nothing to say any more: then the message is not sent.
    """

    make: Callable[[Said], str | None]
    longest: int
    own: bool = False
    link: bool = False


WORDS: dict[str, Word] = {
    "number": Word(lambda said: said.number, 16),
    "main": Word(lambda said: said.main, 16),
}


def register_word(name: str, word: Word) -> None:
    """Register a name; taken twice is a bug."""
    if name in WORDS:
        raise ValueError(f"the word {name} is registered twice")
    WORDS[name] = word


def names_in(text: str) -> tuple[str, ...]:
    """The names that stand in a text."""
    return tuple(PLACE.findall(text))


def longest_of(text: str) -> int:
    """The most characters that a text can come to; its names must be registered."""
    words = [WORDS[name] for name in names_in(text)]
    return len(PLACE.sub("", text)) + sum(w.longest + LONGEST_SITE * w.link for w in words)


def parts_of(length: int) -> int:
    """How many parts a short message of so many characters is sent in (每条 70 字，长短信每段 67 字)."""
    return 1 if length <= ALONE else -(-length // JOINED)


def fill(text: str, said: Said, site: str) -> str | None:
    """The text with its names replaced; None where one of them has nothing to say any more."""
    made = {name: WORDS[name].make(said) for name in names_in(text)}
    if any(value is None for value in made.values()):
        return None
    return PLACE.sub(lambda at: (site if WORDS[at[1]].link else "") + str(made[at[1]]), text)
