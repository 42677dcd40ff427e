"""How long a search of the knowledge base takes among 20,000 articles, for each way of typing. The articles are synthetic.

    .venv/bin/python benchmarks/knowledge.py --articles 20000 --out var/knowledge.json

Titles and answers are put together by dice from subjects, deeds and filler, so that common words stand in most of them:
harder for the index than real articles. Cases are opened by the batch door; the rows of the index are made by its own
code from their data as if each had been checked. Times are on the wall, of `knowledge.search` alone, without HTTP.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
os.environ.setdefault("BIHUAN_VAR", str(HOME / "var" / "benchmark"))
os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.config.settings_test"
sys.path.insert(0, str(HOME))

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from bihuan.config.cluster import Cluster  # noqa: E402
from bihuan.hotline.knowledge import search  # noqa: E402
from bihuan.hotline.knowledge_index import STORE, row_of  # noqa: E402
from bihuan.hotline.knowledge_models import Unread  # noqa: E402
from bihuan.kernel.cases.batch import MOST, open_batch  # noqa: E402
from bihuan.kernel.cases.install import install_city  # noqa: E402
from bihuan.kernel.cases.models import Case  # noqa: E402
from bihuan.kernel.cases.posts import appoint  # noqa: E402
from bihuan.kernel.matters.facts import Moved  # noqa: E402
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting, actings_of  # noqa: E402
from bihuan.kernel.orgs.models import Person, Post  # noqa: E402

NOW = datetime(2023, 6, 1, 2, 0, tzinfo=UTC)
SUBJECTS = [
    "城乡居民医疗保险",
    "职工养老保险",
    "最低生活保障",
    "住房公积金",
    "不动产登记",
    "居民身份证",
    "机动车驾驶证",
    "营业执照",
    "失业保险金",
    "工伤认定",
    "生育津贴",
    "义务教育入学",
    "残疾人证",
    "高龄津贴",
    "集中供热",
    "自来水报装",
    "公共租赁住房",
    "农村宅基地",
    "土地承包经营权",
    "退役军人优待证",
    "异地就医备案",
    "法律援助",
    "消费者投诉",
    "噪声污染",
    "道路照明",
]
DEEDS = [
    "申请",
    "办理",
    "补办",
    "变更",
    "查询",
    "注销",
    "缴费",
    "转移",
    "认定",
    "续期",
    "投诉",
    "预约",
    "领取",
    "年审",
    "备案",
    "代办",
]
FILLER = [
    "请携带身份证到政务服务大厅办理",
    "可以在网上提交申请",
    "标准以当年公布的文件为准",
    "由主管部门审核",
    "需要提供有关材料的原件和复印件",
    "乡镇便民服务中心可以代办",
    "具体时限见办事指南",
    "对结果有异议的可以申请复核",
]
QUERIES = {
    "a rare substring": ["补办第1234", "续期第777"],
    "a common word": ["医疗保险", "申请", "办理"],
    "two words": ["医疗保险 缴费", "公积金 转移"],
    "in most answers": ["材料", "政务服务大厅"],
    "synonym": ["医保缴费", "低保", "房本补办"],
    "initials": ["ylbx", "gjjzy", "yl"],
    "full pinyin": ["yiliaobaoxian", "gongjijin", "shenq"],
    "one slip": ["医疗宝险", "不动产等记", "营业职照"],
    "a question": ["请问怎么给老人办理高龄津贴", "我想补办身份证"],
    "not there": ["潜水艇驾驶", "zzzzqq"],
    "as it is typed": ["医", "医疗", "医疗保", "y", "yi", "yil", "yili"],
}


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with Cluster(Path(settings.BIHUAN_CLUSTER_HOME), durable=False).in_use():
        _fresh(given.articles)
        times = {name: _ask(queries, given.turns) for name, queries in QUERIES.items()}
    whole = [t for one in times.values() for t in one]
    report = {
        "articles": given.articles,
        "synthetic": True,
        **{name: _told(one) for name, one in {**times, "all": whole}.items()},
    }
    text = json.dumps(report, ensure_ascii=False, indent=1)
    sys.stdout.write(text + "\n")
    if given.out:
        given.out.write_text(text, encoding="utf-8")


def _told(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {
        "p50_ms": round(cuts[49] * 1000, 2),
        "p99_ms": round(cuts[98] * 1000, 2),
        "max_ms": round(max(times) * 1000, 2),
        "n": len(times),
    }


def _ask(queries: list[str], turns: int) -> list[float]:
    times = []
    for query in queries:
        search(query, NOW)
        for _ in range(turns):
            before = time.perf_counter()
            search(query, NOW)
            times.append(time.perf_counter() - before)
    return times


def _fresh(count: int) -> None:
    name = f"bihuan_bench_knowledge_{count}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    connection.settings_dict["NAME"] = name
    call_command("migrate", interactive=False, verbosity=0)
    install_city()
    _fill(count, _writer())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _writer() -> Acting:
    person = Person.objects.create_person("bench", "基准", "", is_synthetic=True)
    appoint(person, Post.objects.get(pk="ll-medicare-liaison"), SYSTEM_ACTOR, now=NOW)
    return actings_of(person.pk, NOW)[0]


def _fill(count: int, writer: Acting) -> None:
    dice = random.Random(5)
    for start in range(0, count, MOST):
        rows = [_article(dice, n) for n in range(start, min(count, start + MOST))]
        open_batch("hotline.article", rows, writer, now=NOW)
        sys.stderr.write(f"\r  {start + len(rows)}/{count}")
    Unread.objects.all().delete()
    with transaction.atomic(), connection.cursor() as cursor:
        for case in Case.objects.filter(matter="hotline.article").iterator():
            case.state = "published"
            passed = Moved(3, NOW, "publish", "submitted", "published", case.data)
            cursor.execute(STORE, [*row_of(case, passed), case.number])
        cursor.execute("UPDATE hotline_article SET uses = (case_id * 7919) % 500")
    sys.stderr.write("\n")


def _article(dice: random.Random, n: int) -> dict[str, object]:
    subject, deed = dice.choice(SUBJECTS), dice.choice(DEEDS)
    return {
        "title": f"{subject}{deed}第{n}问怎么办",
        "answer": f"（合成）{subject}{deed}：" + "；".join(dice.choices(FILLER, k=8)) + "。",
        "keywords": " ".join(dice.sample(DEEDS, 2)),
        "document": "合成文件",
        "audience": "public",
        "desk": "ll-hotline",
    }


if __name__ == "__main__":
    main()
