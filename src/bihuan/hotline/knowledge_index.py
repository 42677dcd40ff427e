"""Keeps the index of the knowledge base: reads the cases that moved since, or all of them anew. Searches nothing.

A trigger (see the migration) notes in the transaction of a move that the case is unread; whoever searches reads it first.
So what is committed is found by the next search, whichever way the case moved, and the door knows nothing of articles.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import connection, transaction

from bihuan.hotline.knowledge_models import Article, ArticleUse, Unread
from bihuan.hotline.knowledge_tokens import heads_of, sounds_of, vector_of
from bihuan.kernel.cases.history import events_of, fold
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.tokens import tokens_of
from bihuan.kernel.matters.facts import Moved
from bihuan.kernel.matters.fields import Json

ARTICLE, DEMAND = "hotline.article", "hotline.demand"
PASSED = ("publish", "pass")  # actions by which the text was checked
OFFERED = ("published", "review_due", "correcting", "resubmitted", "withdrawal_pending")
AT_ONCE = 500

COLUMNS = (
    "case_id", "number", "title", "answer", "keywords", "document", "document_number", "dated",
    "audience", "region", "unit", "expires", "state", "published_at", "title_sounds",
    "keyword_sounds", "heads", "whole",
)  # fmt: skip
_MARKS = ", ".join("%s::tsvector" if name in ("heads", "whole") else "%s" for name in COLUMNS)
_SET = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
STORE = (
    f"INSERT INTO hotline_article ({', '.join(COLUMNS)}, uses) VALUES ({_MARKS}, "
    "(SELECT count(*) FROM hotline_articleuse WHERE number = %s)) "
    f"ON CONFLICT (case_id) DO UPDATE SET {_SET}, uses = excluded.uses"
)

Column = str | int | date | datetime | None


def catch_up() -> int:
    """Read what moved since the last search; returns how many cases. One small read where nothing did."""
    if not Unread.objects.exists():
        return 0
    count = 0
    while some := _read_some():
        count += some
    return count


def rebuild() -> int:
    """Read every article and every answer anew; returns how many cases."""
    with transaction.atomic():
        Article.objects.all().delete()
        ArticleUse.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO hotline_unread (case_id) SELECT id FROM cases_case "
                "WHERE matter = %s OR (matter = %s AND state = 'answered')",
                [ARTICLE, DEMAND],
            )
        count = 0
        while some := _read_some():
            count += some
    return count


@transaction.atomic
def _read_some() -> int:
    """Read some of the unread cases; another reader of the same waits, then finds them read."""
    rows = list(Unread.objects.select_for_update().order_by("pk")[:AT_ONCE])
    if not rows:
        return 0
    cases = Case.objects.filter(pk__in={row.case_id for row in rows})
    found = sorted(cases, key=lambda case: (case.matter != DEMAND, case.pk))
    for case in found:
        if case.matter == DEMAND:
            _count_use(case)
        else:
            _index(case)
    Unread.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(found)


def _index(case: Case) -> None:
    """Bring one article's row to what was last checked, or take it away."""
    moves = fold(events_of(case))
    passed = next((move for move in reversed(moves) if move.action in PASSED), None)
    if passed is None or case.state not in OFFERED:
        key = case.pk
        Article.objects.filter(pk=key).delete()
        return
    with connection.cursor() as cursor:
        cursor.execute(STORE, [*row_of(case, passed), case.number])


def row_of(case: Case, passed: Moved) -> list[Column]:
    """The columns of an article's row."""
    data = passed.data
    title, keywords, answer = (_text(data, name) for name in ("title", "keywords", "answer"))
    document, number = _text(data, "document"), _text(data, "number")
    spoken = [sounds_of(title), sounds_of(keywords)]
    heads = heads_of([title, keywords], spoken)
    whole = heads.union(tokens_of([*_pieces(answer), document, number, case.number]))
    return [
        case.pk, case.number, title, answer, keywords, document, number, _day(data, "dated"),
        _text(data, "audience"), _text(data, "region"), _text(case.data, "unit"),
        _day(data, "expires"), case.state, passed.at, *map(" ".join, spoken),
        vector_of(heads), vector_of(whole),
    ]  # fmt: skip


def _pieces(text: str, size: int = 1500) -> Iterable[str]:
    """A long text in pieces that overlap by a character: the tokens of one text are bounded."""
    return [text[start : start + size + 1] for start in range(0, len(text), size)]


def _count_use(demand: Case) -> None:
    """Count the article from which a demand was answered, once."""
    moves: Sequence[Moved] = fold(events_of(demand))
    answered = next((move for move in reversed(moves) if move.action == "answer_now"), None)
    number = str(answered.given.get("article") or "").strip() if answered else ""
    if not number:
        return
    _, is_new = ArticleUse.objects.get_or_create(demand=demand, defaults={"number": number[:40]})
    if is_new:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE hotline_article SET uses = uses + 1 WHERE number = %s", [number])


def _text(data: Mapping[str, Json], name: str) -> str:
    value = data.get(name)
    return str(value) if value else ""


def _day(data: Mapping[str, Json], name: str) -> date | None:
    value = _text(data, name)
    return date.fromisoformat(value) if value else None
