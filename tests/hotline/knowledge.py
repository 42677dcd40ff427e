"""Articles for the tests of the knowledge base: written by a bureau, checked by the hotline."""

from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.cases.models import Case
from tests.cast import Cast

QUALITY, OPERATOR = "ll-hotline-quality", "ll-hotline-operator-1"
MEDICARE = {
    "title": "城乡居民医疗保险怎样参保缴费",
    "answer": "在户籍地或居住地的社区、村委会登记参保，缴费标准以当年公布的通知为准。",
    "keywords": "参保 缴费 新生儿",
    "document": "国家医疗保障局有关通知",
    "audience": "public",
}
ALLOWANCE = {
    "title": "申请最低生活保障需要哪些材料",
    "answer": "向户籍所在地乡镇人民政府提出申请，可以委托村委会代办。",
    "keywords": "困难家庭",
    "document": "《社会救助暂行办法》",
    "number": "国务院令第649号",
    "audience": "operators",
}


def draft(cast: Cast, post: str = "ll-health-liaison", **fields: object) -> Case:
    """An article that is being written."""
    given = {**MEDICARE, "desk": "ll-hotline", **fields}
    return open_case("hotline.article", given, cast.who(post), now=cast.now)


def published(cast: Cast, post: str = "ll-health-liaison", **fields: object) -> Case:
    """An article that the hotline has checked."""
    case = draft(cast, post, **fields)
    cast.does(case, "submit", cast.who(post))
    return cast.does(case, "publish", cast.who(QUALITY))
