"""Open demands that resemble a text (相似诉求): candidates by shared traits, compared by their signatures, the near ones first.

A rare trait says more than one that many share; of a trait that very many share only the newest are read, so that a question
costs the same however many are open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from bihuan.hotline.similar_index import catch_up
from bihuan.hotline.similar_models import Likeness
from bihuan.hotline.similar_reading import Words, metres_between
from bihuan.hotline.words.sameness import ALIKE, Signature, similarity
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import Sight

SHARING = 400  # demands that are read of each trait, the newest
COMPARED = 120  # the candidates that share most, compared exactly
SHOWN = 5
SURE = 0.3  # from here on two demands at one place are the same before any other
AT_PLACE, ELSEWHERE, SAME_COUNTY = 0.3, -0.15, 0.05

CANDIDATES = """
WITH hit AS (
    SELECT a.trait, h.case_id, count(*) OVER (PARTITION BY a.trait) AS many
    FROM unnest(%s::int[]) a(trait) CROSS JOIN LATERAL (
        SELECT t.case_id FROM hotline_likenesstrait t WHERE t.trait = a.trait
        ORDER BY t.case_id DESC LIMIT %s) h
)
SELECT case_id FROM hit{seen} GROUP BY case_id ORDER BY sum(1 / ln(many + 2)) DESC, case_id DESC LIMIT %s
"""
SEEN = """
 WHERE EXISTS (SELECT 1 FROM cases_casedesk d WHERE d.case_id = hit.case_id AND d.unit = ANY(%s))"""


@dataclass(frozen=True)
class Similar:
    """An open demand, how much it resembles the text, 0 to 1, and whether it lies at the same place."""

    case: Case
    score: float
    is_near: bool

    @property
    def percent(self) -> int:
        """The score as people read it."""
        return round(self.score * 100)


def candidates(words: Words, sight: Sight, *, now: datetime) -> list[Similar]:
    """The open demands in sight that resemble a text most, those at the same place first."""
    if not sight or not words.signature.bands:
        return []
    catch_up()
    metres = city().parameters.number("hotline.same_place_metres", now)
    best = ranked(words, compared(words, sight, float(metres)), float(metres))
    keys = [pk for pk, _, _ in best]
    found = Case.objects.filter(pk__in=keys, end="").select_related("owner").in_bulk()
    return [Similar(found[pk], score, near) for pk, score, near in best if pk in found]


def compared(words: Words, sight: Sight, metres: float) -> Sequence[Likeness]:
    """The open demands that share most with a text, by their traits."""
    seen, given = ("", []) if sight.everything else (SEEN, [list(sight.units)])
    with connection.cursor() as cursor:
        cursor.execute(
            CANDIDATES.format(seen=seen), [list(words.asked(metres)), SHARING, *given, COMPARED]
        )
        keys = [pk for (pk,) in cursor.fetchall()]
    return list(Likeness.objects.filter(pk__in=keys).defer("traits"))


def ranked(
    words: Words, others: Sequence[Likeness], metres: float
) -> list[tuple[int, float, bool]]:
    """Case, score and nearness of those that are alike enough, best first."""
    found = []
    for other in others:
        score = similarity(words.signature, Signature((), bytes(other.sketch)))
        if score >= ALIKE:
            near = is_near(words, other, metres)
            order = score + _bonus(words, other, near)
            found.append(((near is True and score >= SURE, order, other.case_id), score, near))
    found.sort(key=lambda one: one[0], reverse=True)
    return [(place[2], score, near is True) for place, score, near in found[:SHOWN]]


def is_near(words: Words, other: Likeness, metres: float) -> bool | None:
    """Whether both lie at one place, by a name within one county or by the map; None where one does not say where."""
    shares = bool(set(words.spots) & set(other.spots)) and not _apart(words.county, other.county)
    if shares or None in (words.lat, words.lon, other.lat, other.lon):
        return shares if words.spots and other.spots else None
    here, there = (words.lat or 0.0, words.lon or 0.0), (other.lat or 0.0, other.lon or 0.0)
    return metres_between(*here, *there) <= metres


def _apart(one: str, other: str) -> bool:
    """Whether two divisions exclude each other; the whole city (00) contains its counties."""
    return one != other and not any(code.endswith("00") or not code for code in (one, other))


def _bonus(words: Words, other: Likeness, near: bool | None) -> float:
    county = SAME_COUNTY if words.county and words.county == other.county else 0.0
    return county + (0.0 if near is None else AT_PLACE if near else ELSEWHERE)
