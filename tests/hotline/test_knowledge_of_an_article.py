"""An article of the knowledge base: written, checked by somebody else, offered, reviewed, corrected, withdrawn."""

from datetime import date, timedelta

import pytest

from bihuan.hotline.knowledge import offered, search
from bihuan.hotline.knowledge_index import rebuild
from bihuan.hotline.knowledge_models import Article
from bihuan.kernel.cases.engine import open_case, sweep
from bihuan.kernel.cases.models import Case, Notice
from bihuan.kernel.errors import Refusal
from tests.cast import Cast
from tests.hotline.knowledge import ALLOWANCE, OPERATOR, QUALITY, draft, published


def found(cast: Cast, words: str) -> list[str]:
    return [hit.number for hit in search(words, cast.now)]


def test_a_draft_is_not_found_and_a_published_article_is(cast: Cast) -> None:
    case = draft(cast)
    assert found(cast, "医疗保险") == []
    cast.does(case, "submit", cast.who("ll-health-liaison"))
    assert found(cast, "医疗保险") == []
    cast.does(case, "publish", cast.who(QUALITY))
    assert found(cast, "医疗保险") == [case.number]


def test_the_unit_that_wrote_it_cannot_publish_it(cast: Cast) -> None:
    case = cast.does(draft(cast), "submit", cast.who("ll-health-liaison"))
    with pytest.raises(Refusal):
        cast.does(case, "publish", cast.who("ll-health-head"))


def test_an_article_falls_due_for_review_and_its_unit_is_told(cast: Cast) -> None:
    case = published(cast)
    sweep(now=cast.later(days=181))
    assert Case.objects.get(pk=case.pk).state == "review_due"
    assert Notice.objects.filter(case=case, unit="ll-health", action="fall_due").exists()
    [hit] = search("医疗保险", cast.now)
    assert hit.mark == "待核"


def test_an_expired_article_says_so_even_before_anybody_let_time_pass(cast: Cast) -> None:
    last = cast.now.date() + timedelta(days=10)
    published(cast, expires=last.isoformat())
    [hit] = search("医疗保险", cast.later(days=10))
    assert not hit.is_expired
    [hit] = search("医疗保险", cast.later(days=1))
    assert hit.is_expired
    assert hit.expires == last


def test_an_expired_article_is_not_confirmed_without_a_new_date(cast: Cast) -> None:
    case = published(cast, expires=(cast.now.date() + timedelta(days=10)).isoformat())
    sweep(now=cast.later(days=12))
    liaison = cast.who("ll-health-liaison")
    with pytest.raises(Refusal) as refused:
        cast.does(case, "confirm", liaison)
    assert refused.value.code == "article_expired"
    cast.does(case, "confirm", liaison, expires="2024-12-31")
    cast.does(case, "pass", cast.who(QUALITY))
    [hit] = search("医疗保险", cast.now)
    assert (hit.is_expired, hit.mark, hit.expires) == (False, "", date(2024, 12, 31))


def test_a_reported_error_is_shown_and_corrected_text_appears_once_checked(cast: Cast) -> None:
    case = published(cast)
    cast.does(case, "report_error", cast.who(OPERATOR), words="参保地点不对")
    [hit] = search("医疗保险", cast.now)
    assert hit.mark == "待更正"
    assert Case.objects.get(pk=case.pk).clocks.filter(key="correct", is_open=True).exists()
    cast.does(case, "correct", cast.who("ll-health-liaison"), answer="在乡镇便民服务中心办理。")
    assert found(cast, "便民服务中心") == []
    assert found(cast, "居住地的社区") == [case.number]
    cast.does(case, "pass", cast.who(QUALITY))
    assert found(cast, "便民服务中心") == [case.number]
    assert found(cast, "居住地的社区") == []


def test_a_withdrawn_article_is_not_found(cast: Cast) -> None:
    case = published(cast)
    assert found(cast, "参保") == [case.number]
    cast.does(case, "ask_withdrawal", cast.who("ll-health-liaison"), reason="政策已废止")
    [hit] = search("参保", cast.now)
    assert hit.mark == "拟撤下"
    cast.does(case, "withdraw", cast.who(QUALITY))
    assert found(cast, "参保") == []


def test_an_answer_from_an_article_counts_as_a_use_once(cast: Cast) -> None:
    case = published(cast)
    demand = open_case(
        "hotline.demand",
        {
            "title": "问参保", "kind": "consult", "content": "怎么参保", "channel": "phone",
            "pace": "consult", "urgency": "normal", "identity": "anonymous",
        },
        cast.who(OPERATOR),
        now=cast.now,
    )  # fmt: skip
    cast.does(demand, "answer_now", cast.who(OPERATOR), answer="已告知", article=case.number)
    assert offered().get().uses == 1
    rebuild()
    assert offered().get().uses == 1


def test_a_rebuilt_index_is_the_same(cast: Cast) -> None:
    published(cast)
    published(cast, "ll-civil-liaison", **ALLOWANCE)
    draft(cast)
    offered()
    kept = list(Article.objects.order_by("pk").values())
    assert len(kept) == 2
    assert rebuild() == 3
    assert list(Article.objects.order_by("pk").values()) == kept
