"""The knowledge base (知识库): search and reading of published articles. `search` is what other parts of the hotline use.

Candidates come from the index by tokens, a few dozen at most from each lane, the most used first; they are checked and
ranked here: title before keywords before answer, the very word before a synonym, a sound, a slip of the pen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import log1p
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from bihuan.hotline.knowledge_index import catch_up
from bihuan.hotline.knowledge_match import Asked, Match, Text, cut, match
from bihuan.hotline.knowledge_models import Article
from bihuan.hotline.knowledge_tokens import (
    HAN,
    LATIN,
    NO_SOUND,
    both,
    either,
    initialled,
    level,
    nearly,
    sounding,
    sounds_of,
    words_in,
    written,
)
from bihuan.hotline.knowledge_words import Synonyms, synonyms_of, without_around
from bihuan.kernel.cases.city import city, work_calendar
from bihuan.kernel.errors import N_

LONGEST, MOST_WORDS = 60, 6
LONGEST_CUT = 12  # characters of a run that is tried in two parts
CANDIDATES = 60  # of one lane
EXPIRED, WAITING = 30.0, 8.0  # taken from the score
PUBLIC = "public"
MARKS: Mapping[str, str] = {
    "review_due": N_("待核"),
    "correcting": N_("待更正"),
    "resubmitted": N_("复核中"),
    "withdrawal_pending": N_("拟撤下"),
}  # what is said beside an article that waits; its text is the last that was checked
COLUMNS = (
    "number", "title", "answer", "keywords", "unit", "region", "audience", "expires", "state",
    "uses", "title_sounds", "keyword_sounds", "document", "document_number",
)  # fmt: skip
BELOW = ("answer", "document", "document_number", "number")  # what is read after title and keywords


@dataclass(frozen=True)
class Hit:
    """An article that was found; `words` are the stretches to highlight, folded; `mark` is a warning, `is_expired` another."""

    number: str
    title: str
    answer: str
    excerpt: str
    words: tuple[str, ...]
    unit: str
    region: str
    audience: str
    expires: date | None
    is_expired: bool
    mark: str
    uses: int
    score: float
    document: str = ""


@dataclass(frozen=True)
class Scope:
    """Which articles may be offered: to whom, and for which division."""

    regions: tuple[str, ...] = ()
    public_only: bool = False


def search(
    words: str,
    now: datetime,
    region: str | None = None,
    limit: int = 8,
    *,
    public_only: bool = False,
) -> tuple[Hit, ...]:
    """The articles that fit what was typed (Chinese, pinyin, initials), best first; `region` leaves other divisions out.

    An expired article says so and comes late. Reads what moved since the last search first.
    """
    catch_up()
    typed = words_in(words[:LONGEST])[:MOST_WORDS]
    if not typed:
        return ()
    scope = Scope(regions_for(region), public_only)
    today = work_calendar().local(now).date()
    synonyms = synonyms_of(Path(str(settings.BIHUAN_CATALOG)))
    found: dict[str, Hit] = {}
    for tried in _rounds(typed, synonyms):
        for column in tried.columns:
            for row in _candidates(column, tried.query, scope):
                hit = _judged(row, tried.ways, today)
                if hit and hit.number not in found:
                    found[hit.number] = hit
            if len(found) >= limit:
                break  # what stands in the answer alone comes after what stands in the title
        if found:
            break
    ranked = sorted(found.values(), key=lambda hit: (-hit.score, hit.number))
    return tuple(ranked[:limit])


HEADS, ALL = ("heads",), ("heads", "whole")  # columns of the index


@dataclass(frozen=True)
class Round:
    """One thing that is tried: all words of one of the ways must be in the article."""

    ways: Sequence[Sequence[Asked]]
    query: str
    columns: Sequence[str] = ALL


def _rounds(typed: Sequence[str], synonyms: Synonyms) -> Iterator[Round]:
    """What is tried, the strictest first; a later round only where all before found nothing."""
    yield _plain(typed, synonyms)
    core = [piece for word in typed for piece in without_around(word)] or list(typed)
    if core != list(typed):
        yield _plain(core, synonyms)
    parted = [[*core[:n], *parts, *core[n + 1 :]] for n, w in enumerate(core) for parts in _cuts(w)]
    if parted:
        rounds = [_plain(words, synonyms) for words in parted]
        yield Round([way for one in rounds for way in one.ways], either(r.query for r in rounds))
    slips = [_slip(word, synonyms) for word in core]
    yield Round([slips], both(map(_slip_query, slips)), HEADS)
    if len(core) > 1:
        for word in sorted(core, key=len, reverse=True):
            if len(word) > 1:
                yield _plain([word], synonyms)


def _plain(words: Sequence[str], synonyms: Synonyms) -> Round:
    asked = [_asked(word, synonyms) for word in words]
    return Round([asked], both(map(_query, asked)))


def _cuts(word: str) -> Iterator[tuple[str, str]]:
    """A run of Chinese in two parts of two characters or more: words that stand apart in the article."""
    if HAN.fullmatch(word):
        for place in range(2, min(len(word), LONGEST_CUT) - 1):
            yield word[:place], word[place:]


def _asked(word: str, synonyms: Synonyms) -> Asked:
    letters = word if LATIN.fullmatch(word) and len(word) > 1 else ""
    return Asked(word, synonyms.variants(word), letters)


def _slip(word: str, synonyms: Synonyms) -> Asked:
    """The same word, but it may sound right and be written wrong, or miss by one character."""
    sounds = sounds_of(word)
    heard = sounds if len(sounds) > 1 and NO_SOUND not in sounds else ()
    exact = _asked(word, synonyms)
    return Asked(word, exact.variants, exact.letters, heard, bool(heard) and len(word) > 2)


def _query(asked: Asked) -> str:
    """The tsquery of a word in all its ways."""
    ways = [written(variant) for variant in asked.variants]
    return either([*ways, initialled(asked.letters), sounding(asked.letters)])


def _slip_query(asked: Asked) -> str:
    near = nearly(asked.word) if asked.may_be_mistyped else ""
    return either([_query(asked), sounding("".join(asked.sounds)), near])


def _candidates(column: str, query: str, scope: Scope) -> list[dict[str, object]]:
    """The rows that a query finds, the most used first, no more than are worth ranking."""
    if not query:
        return []
    where, given = [f"{column} @@ %s::tsquery"], [query]
    if scope.regions:
        where.append("region = ANY(%s)")
        given.append(list(scope.regions))  # type: ignore[arg-type]
    if scope.public_only:
        where.append("audience = 'public'")
    sql = (
        f"SELECT {', '.join(COLUMNS)} FROM hotline_article WHERE {' AND '.join(where)} "
        f"ORDER BY uses DESC, case_id LIMIT {CANDIDATES}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def _judged(row: Mapping[str, object], ways: Sequence[Sequence[Asked]], today: date) -> Hit | None:
    """The hit that a candidate makes; None where no way fits: a word of each is not in it."""
    text = Text(
        level(str(row["title"])), level(str(row["keywords"])),
        level(" ".join(str(row[name]) for name in BELOW)),
        tuple(str(row["title_sounds"]).split()), tuple(str(row["keyword_sounds"]).split()),
    )  # fmt: skip
    fitting = [matches for way in ways if (matches := _fits(way, text))]
    if not fitting:
        return None
    matches = max(fitting, key=_worth)
    words = tuple(dict.fromkeys(found.written for found in matches))
    uses, expires = int(str(row["uses"])), row["expires"]
    is_expired = isinstance(expires, date) and expires < today
    score = _worth(matches) + 2 * log1p(uses)
    score -= EXPIRED * is_expired + WAITING * (row["state"] in MARKS)
    answer = str(row["answer"])
    return Hit(
        number=str(row["number"]), title=str(row["title"]), answer=answer,
        excerpt=cut(answer, words), words=words, unit=str(row["unit"]), region=str(row["region"]),
        audience=str(row["audience"]), expires=expires if isinstance(expires, date) else None,
        is_expired=is_expired, mark=MARKS.get(str(row["state"]), ""), uses=uses, score=score,
        document=f"{row['document']} {row['document_number']}".strip(),
    )  # fmt: skip


def _fits(asked: Sequence[Asked], text: Text) -> list[Match]:
    """How each of the words is found; empty where one is not."""
    found = [match(one, text) for one in asked]
    return [one for one in found if one] if all(found) else []


def _worth(matches: Sequence[Match]) -> float:
    return sum(found.score for found in matches) / len(matches)


def regions_for(region: str | None) -> tuple[str, ...]:
    """The divisions whose articles hold in a division: itself, those above it, the whole city; empty for no choice."""
    if not region or region not in city().regions:
        return ()
    above, code = [""], region
    while code:
        above.append(code)
        code = city().regions[code].parent
    return tuple(above)


def offered(*, public_only: bool = False, unit: str = "") -> QuerySet[Article]:
    """The articles on offer, the most used first."""
    catch_up()
    found = Article.objects.order_by("-uses", "case")
    found = found.filter(audience=PUBLIC) if public_only else found
    return found.filter(unit=unit) if unit else found


def units_with_articles(*, public_only: bool = False) -> list[tuple[str, int]]:
    """(unit, number of articles) of those that keep some, in the order of the city's units."""
    counts: dict[str, int] = {}
    for unit in offered(public_only=public_only).order_by().values_list("unit", flat=True):
        counts[unit] = counts.get(unit, 0) + 1
    order = {code: n for n, code in enumerate(city().units)}
    return sorted(counts.items(), key=lambda item: order.get(item[0], len(order)))


def is_expired(article: Article, now: datetime) -> bool:
    """True where the article's last day is over."""
    return article.expires is not None and article.expires < work_calendar().local(now).date()


def mark_of(article: Article) -> str:
    """The warning that stands beside an article that waits for a review or a correction; empty where it does not."""
    return MARKS.get(article.state, "")
