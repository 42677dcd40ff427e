"""The pages of the knowledge base: for operators, for those who write, for everybody."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from bihuan.hotline.helpfulness import helped_of
from bihuan.kernel.cases.models import Case
from tests.cast import Cast
from tests.hotline.knowledge import ALLOWANCE, MEDICARE, OPERATOR, published
from tests.web.conftest import Visit, in_chinese, visit

__all__ = ["in_chinese", "visit"]


@pytest.fixture
def both(cast: Cast, settings: Settings) -> tuple[Case, Case]:
    """A public article and one for operators."""
    made = published(cast), published(cast, "ll-civil-liaison", **ALLOWANCE)
    settings.BIHUAN_CLOCK_SHIFT = int((cast.now - timezone.now()).total_seconds()) + 60
    return made


def test_an_operator_finds_both_and_reads_one(
    cast: Cast, visit: Visit, both: tuple[Case, Case]
) -> None:
    operator = visit(cast.who(OPERATOR))
    page = operator.get(reverse("knowledge")).content.decode()
    assert MEDICARE["title"] in page
    assert ALLOWANCE["title"] in page
    found = operator.get(reverse("knowledge"), {"q": "dbao"}).content.decode()
    assert "没有找到" in found
    found = operator.get(reverse("knowledge"), {"q": "低保"}).content.decode()
    assert "<mark>最低生活保障</mark>" in found
    read = operator.get(reverse("knowledge_article", args=[both[1].number])).content.decode()
    assert "国务院令第649号" in read
    assert reverse("case", args=[both[1].number]) in read


def test_the_list_alone_is_answered_in_place(
    cast: Cast, visit: Visit, both: tuple[Case, Case]
) -> None:
    answer = visit(cast.who(OPERATOR)).get(
        reverse("knowledge"), {"q": "ylbx"}, headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert "<mark>医疗保险</mark>" in text
    assert "<html" not in text


def test_the_public_reads_public_articles_without_signing_in(both: tuple[Case, Case]) -> None:
    public, internal = both
    page = Client().get(reverse("help")).content.decode()
    assert MEDICARE["title"] in page
    assert ALLOWANCE["title"] not in page
    assert "没有找到" in Client().get(reverse("help"), {"q": "低保"}).content.decode()
    assert Client().get(reverse("help_article", args=[public.number])).status_code == 200
    assert Client().get(reverse("help_article", args=[internal.number])).status_code == 404
    assert Client().get(reverse("knowledge")).status_code == 302


def test_what_is_doubtful_says_so_to_everybody(cast: Cast, both: tuple[Case, Case]) -> None:
    public, _ = both
    cast.does(public, "report_error", cast.who(OPERATOR), words="地点不对")
    assert "待更正" in Client().get(reverse("help")).content.decode()
    read = Client().get(reverse("help_article", args=[public.number])).content.decode()
    assert "以下是上次审核通过的内容" in read


def test_units_browse_their_articles_and_write_new_ones(
    cast: Cast, visit: Visit, both: tuple[Case, Case]
) -> None:
    liaison = visit(cast.who("ll-health-liaison"))
    page = liaison.get(reverse("knowledge"), {"unit": "ll-health"}).content.decode()
    assert MEDICARE["title"] in page
    assert reverse("open_case", args=["hotline.article"]) in page
    assert liaison.get(reverse("open_case", args=["hotline.article"])).status_code == 200


def test_markup_in_a_search_stays_text(both: tuple[Case, Case]) -> None:
    page = Client().get(reverse("help"), {"q": "<script>x</script>"}).content.decode()
    assert "<script>x" not in page


def test_a_reader_says_once_a_day_whether_it_helped(
    cast: Cast, visit: Visit, both: tuple[Case, Case]
) -> None:
    public, internal = both
    address = reverse("helped", args=[public.number])
    for said in ("yes", "yes", "no"):
        answer = Client().post(address, {"helped": said}, follow=True)
        assert "谢谢，已记下" in answer.content.decode()
    kept = helped_of(public.number)
    assert kept is not None
    assert (kept.yes, kept.no) == (1, 0)
    Client().post(address, {"helped": "no"}, REMOTE_ADDR="203.0.113.9")
    read = visit(cast.who(OPERATOR)).get(reverse("knowledge_article", args=[public.number]))
    assert "1 人说有帮助，1 人说没有" in read.content.decode()
    assert (
        Client().post(reverse("helped", args=[internal.number]), {"helped": "no"}).status_code
        == 404
    )


def test_the_list_says_source_and_expiry(cast: Cast, both: tuple[Case, Case]) -> None:
    published(cast, title="老年公交卡怎样办理", expires="2023-12-31", number="吕政办〔2023〕1号")
    for query in ({}, {"q": "公交卡"}):
        page = Client().get(reverse("help"), query).content.decode()
        assert "有效期至 2023年12月31日" in page
        assert "吕政办〔2023〕1号" in page


def test_a_question_without_an_answer_goes_to_the_hotline_with_its_words(
    both: tuple[Case, Case],
) -> None:
    public, _ = both
    nothing = Client().get(reverse("help"), {"q": "飞碟 & 猫"}).content.decode()
    link = re.search(r'href="(/12345/\?[^"]+)"', nothing)
    assert link is not None
    form = Client().get(unescape(link[1])).content.decode()
    assert "飞碟 &amp; 猫</textarea>" in form
    read = Client().get(reverse("help_article", args=[public.number]), {"q": "怎么缴费"})
    link = re.search(r'href="(/12345/\?kind[^"]+)"', read.content.decode())
    assert link is not None
    assert "怎么缴费</textarea>" in Client().get(unescape(link[1])).content.decode()


def test_a_new_article_knows_its_unit_and_its_checker(cast: Cast, visit: Visit) -> None:
    page = visit(cast.who("ll-health-liaison")).get(reverse("open_case", args=["hotline.article"]))
    chosen = re.findall(r'<option value="([^"]*)"[^>]* selected', page.content.decode())
    assert {"ll-health", "ll-hotline"} <= set(chosen)
