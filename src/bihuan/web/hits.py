"""What else the one search box finds (查找): units and people, by name or by the first letters of its pinyin. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from pypinyin import Style, lazy_pinyin

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.tokens import folded
from bihuan.kernel.catalog.files import Unit
from bihuan.kernel.orgs.queries import holders_of_posts
from bihuan.web.templatetags.shown import post_name, unit_name

MOST = 6  # hits shown of one kind
LEAST = 2  # letters that a search by initials needs


@dataclass(frozen=True)
class Hit:
    """One thing found beside the cases."""

    name: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Hits:
    """What was found of one kind."""

    label: str
    rows: tuple[Hit, ...]


def other_hits(asked: str) -> list[Hits]:
    """Units and people that fit what was typed; nothing for an empty box."""
    word = folded(asked).strip()
    if not word:
        return []
    kinds = ((gettext("单位"), _units(word)), (gettext("人员"), _people(word)))
    found = [Hits(kind, tuple(hits)[:MOST]) for kind, hits in kinds]
    return [hits for hits in found if hits.rows]


def fits(word: str, names: Iterable[str]) -> bool:
    """Whether a folded word stands in one of the names, or letters in the initials of one: `sjyj` in 市教育局."""
    letters = word.isascii() and word.isalpha() and len(word) >= LEAST
    return any(word in folded(name) or (letters and word in initials(name)) for name in names)


@lru_cache(maxsize=20_000)
def initials(name: str) -> str:
    """The first letter of each syllable, small."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).casefold()


def _units(word: str) -> list[Hit]:
    return [
        Hit(unit_name(unit.code), f"{reverse('cases')}?{urlencode({'unit': unit.code})}")
        for unit in city().units.values()
        if fits(word, _names(unit))
    ]


def _names(unit: Unit) -> tuple[str, ...]:
    return (unit.name, unit.short, unit.name_en, *unit.aliases)


def _people(word: str) -> list[Hit]:
    """People by name, with the post that they hold; the door leads to the posts of their unit."""
    return [
        Hit(
            name,
            f"{reverse('catalog_part', args=['posts'])}?{urlencode({'unit': unit})}",
            post_name(post),
        )
        for name, post, unit in holders_of_posts()
        if fits(word, (name,))
    ]
