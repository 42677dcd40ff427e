"""The sample articles of the catalog: sound, marked as samples, and published through the door like any other."""

from pathlib import Path

from django.conf import settings

from bihuan.config.demo_articles import holders, make_articles
from bihuan.hotline.knowledge import offered, search
from bihuan.hotline.knowledge_seed import check_samples, samples_of
from bihuan.kernel.cases.city import city
from bihuan.kernel.ledger.models import Event
from tests.cast import Cast


def test_the_samples_are_sound_and_marked(cast: Cast) -> None:
    catalog = Path(str(settings.BIHUAN_CATALOG))
    assert check_samples(catalog, city().units) == ()
    samples = samples_of(catalog)
    assert len(samples) >= 40
    assert all(sample.answer.endswith("（示例数据）") for sample in samples)


def test_a_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "hotline").mkdir()
    (tmp_path / "hotline" / "articles.yaml").write_text(
        "articles:\n  - title: 问\n    unit: nobody\n    document: 法\n    audience: public\n    answer: 答\n"
    )
    [problem] = check_samples(tmp_path, {"ll-edu"})
    assert (problem.file, problem.line) == ("hotline/articles.yaml", 3)


def test_the_demonstration_publishes_them_and_they_are_found(cast: Cast) -> None:
    made = make_articles(cast.who, cast.now)
    assert made == offered().count() == len(samples_of(Path(str(settings.BIHUAN_CATALOG))))
    publishers = Event.objects.filter(action="publish").values_list("post", flat=True)
    assert set(publishers) == {"ll-hotline-quality"}
    later = cast.later(days=1)
    for words, title in (
        ("低保", "申请最低生活保障怎样办理"),
        ("gongzi", "单位拖欠工资向哪里反映"),
        ("落户", "新生儿怎样办理户口登记"),
        ("bdcdj", "不动产登记怎样办理"),
        ("暖气不热", "冬季室内供热温度不达标怎么办"),
    ):
        assert search(words, later)[0].title == title


def test_people_who_hold_the_posts_are_found_and_empty_posts_passed_over(cast: Cast) -> None:
    cast.who("ll-hotline-quality")
    cast.who("ll-civil-liaison")
    assert make_articles(holders(cast.now), cast.now) == offered(unit="ll-civil").count() > 0
