"""Numbers that name, identify, classify or merely mention: no targets (guide, rules 1-3 and 8)."""

from __future__ import annotations

import re

from bihuan.compiler.lexicon import CLASS_NOUN, DELIVER_AT_END, DELIVERS, MENTION
from bihuan.compiler.segments import DELIMITER, Segment
from bihuan.compiler.units import CHINESE_COUNTED, KINDS

DELIVERED = re.compile(r"建成|投产|竣工|投运|投用|达产|落地|开工|完工")
PREDICATE = re.compile(
    r"投资|突破|达|超|增|完成|产值|实现|比例|占|率|规模|营收|(?<![低中高等])收入|全部"
)
NAMED_COUNT = re.compile(
    r"^(?:方面|(?:重点|为民|惠民)?(?:民生)?实事|改革“|实事|大(?![中型关])|字|月|时代|论坛|(?:主要|预期性|约束性|核心|具体)?指标$|领域|事$|维护|意识|自信|确立|一批|一|百年|多月)"
)
LEVEL = re.compile(r"^(?:[及以]+[上下])?级")
MEASURED = ("physical", "money", "duration", "ratio")
SETTLEMENT = re.compile(r"(?:的)?(?:自然村|行政村|建制村|村庄|村组|村屯|集镇|家庭|人口)")
RATED = ("千伏", "伏", "千伏安")
RATED_PER = re.compile(r"[年日月]?(?:产|处理|加工|装机|生产)$")
FACILITY = re.compile(r"项目|工程|技改|改造|扩产|生产线|基地|机组|厂|装置|电站")
NATION = 5 * 10**8
RENDERED = re.compile(
    r"^[^，,。；;]{1,24}(?:提供|进行|开展|发放|给予|实施|配备|安装|办理|解决|落实|免费|建立|缴|购买|配送|修|建|安排)"
)
HELD = re.compile(r"(?:举办|召开|开展|组织)$")
BUILT = re.compile(r"(?:新?建|修|购)(?=.{2})")
# 盘活甲、乙两个园区: things named one by one, then counted.
LISTED = re.compile(
    r"(?:(?:今年|重点|积极|加快|着力|全面|力争|继续|扎实|大力|抓好|搞好|做好)*"
    r"(?:推进|推动|盘活|建设|搞好|抓好|打造|培育|实施|填补|改造|做大|做强|完成|支持|发展|加快)[^，,]*[、和与].*)$"
)
ABSTRACT = re.compile(
    r"大局|维护|体系|机制|环节|轮子|市场|积极性|毫不|革命|文明|层面|阶段|关系|方面|重点|优势|抓手|领域|行动|战略|定位"
)
MORE = re.compile(r"(?:提高|增长|增加|提升|扩大|翻)了?$")
WORKS = re.compile(r"(?:重点|主要|中心)?(?:工作|任务)$")
CAPACITY = ("吨", "千瓦", "兆瓦", "立方米", "千瓦时", "标箱")
GOAL = re.compile(r"的(?:预期|增长|经济|发展|年度|增速|全年)*目标|的增速(?:就|才|能|可)")
SET_OUT = re.compile(r"完成|实现|确保|达到|力争|冲刺|坚持|保持")
GRADUATES = re.compile(
    r"^(?:今年|预计|目前|全[国省市])*(?:应届)?高校(?:应届)?毕业生(?:规模|人数|总数)?$"
)
STOCK = re.compile(r"(?:存栏|出栏|年产|养殖|饲养|容纳|占地|装机|规模|面积)$")
OF_SIZE = re.compile(r"[^，,、的]{0,4}(?:以上|以下)的")
BASELINE = re.compile(r"(?:去年|上年|目前|现有|原有|已有|基础上|由|从)[^，,]{0,10}$")
SCOPE = re.compile(r"(?:围绕|聚焦|按照|依托|立足|针对|对标|根据|以[^，,]{2,40}为|结合)")
RECIPIENT = re.compile(r"的[^，,]{0,24}(?:进行|给予|予以|实行)")


def is_name(text: str, segment: Segment) -> bool:
    """Whether the number belongs to a name, a class or the background, not to a promise."""
    kind = KINDS.get(segment.quantity.unit, "count")
    return (
        _is_everybody(segment)
        or _is_threshold(segment)
        or _is_sized_project(segment)
        or LEVEL.match(text[segment.quantity.end : segment.quantity.end + 6]) is not None
        or NAMED_COUNT.match(segment.right) is not None
        or _is_spelt_idiom(segment, kind)
        or _is_plain_duration(segment, kind)
        or _is_class(segment, kind)
        or _is_modifier(text, segment, kind)
        or _is_mentioned(segment, kind)
        or _is_baseline(text, segment)
        or _is_scope(text, segment)
    )


def _is_scope(text: str, segment: Segment) -> bool:
    """围绕13个产业集群: what a promise turns on; but 以…为先导引进3个项目 promises three."""
    scope = SCOPE.match(text, segment.clause.start, segment.clause.end)
    return scope is not None and DELIVER_AT_END.search(segment.left) is None


def _is_everybody(segment: Segment) -> bool:
    """14亿人的粮食安全: the whole nation is meant, not promised."""
    return segment.quantity.unit == "人" and segment.quantity.value > NATION


def _is_sized_project(segment: Segment) -> bool:
    """桥头铝电50万吨绿电铝技改: the capacity in the name of a project, which is not yet said to be built."""
    quantity = segment.quantity
    return (
        quantity.unit in CAPACITY
        and not (quantity.prefix or quantity.suffix)
        and segment.left != ""
        and DELIVER_AT_END.search(segment.left) is None
        and FACILITY.search(segment.right) is not None
        and DELIVERED.search(segment.right) is None
    )


def _is_threshold(segment: Segment) -> bool:
    """3岁以下婴幼儿, 每50公斤, 应纳税所得额100万元至300万元部分, 新36条: who or what a rule is for."""
    quantity = segment.quantity
    if quantity.unit in ("岁", "周岁"):
        return re.search(r"寿命|年龄", segment.left) is None
    return (
        (segment.left.endswith("性指标") and quantity.unit in ("项", "个"))
        or segment.left.endswith(("每", "沿线", "沿岸", "两岸", "周边", "半径", "方圆"))
        or (GOAL.match(segment.right) is not None and SET_OUT.search(segment.left) is None)
        or GRADUATES.search(segment.left) is not None
        or segment.right.startswith("部分")
        or (quantity.unit == "条" and segment.left.endswith("新"))
    )


def _is_spelt_idiom(segment: Segment, kind: str) -> bool:
    """三项制度, 两个维护: a small spelt count is a target only right after a verb of delivery."""
    quantity = segment.quantity
    if not quantity.chinese or quantity.unit == "%":
        return False
    if quantity.unit == "倍":
        return MORE.search(segment.left) is None
    if WORKS.match(segment.right) or (quantity.unit == "批" and quantity.value < 2):
        return True
    if quantity.unit not in CHINESE_COUNTED:
        return HELD.search(segment.left) is None
    if not segment.right and (DELIVERS.match(segment.left) or BUILT.match(segment.left)):
        return False
    if quantity.value < 2 and not quantity.prefix:
        return True
    if LISTED.match(segment.left) and ABSTRACT.match(segment.right) is None and segment.right:
        return False
    return not quantity.prefix and kind == "count" and DELIVER_AT_END.search(segment.left) is None


def _is_plain_duration(segment: Segment, kind: str) -> bool:
    """15分钟生活圈: a duration is a target only with a bound or a goal word."""
    bound = segment.quantity.prefix or segment.quantity.suffix
    cut = re.search(r"(?:压缩|缩短|减少|增加|提前|提速|延长)$", segment.left)
    more = segment.right == "" and re.search(r"(?:提高|提升|寿命)$", segment.left)
    return kind == "duration" and not bound and not cut and not more


def _is_class(segment: Segment, kind: str) -> bool:
    """70个30亿元以上项目, 50万千瓦以上基地: a bound inside what is counted."""
    quantity = segment.quantity
    if segment.previous is not None and segment.previous.end == quantity.number:
        return kind in MEASURED and not (segment.previous.unit == "条" and quantity.unit == "公里")
    if quantity.suffix and kind == "count" and SETTLEMENT.match(segment.right):
        return quantity.unit in ("户", "人", "个")
    if kind not in MEASURED or kind == "ratio":
        return False
    if quantity.unit in RATED or (
        RATED_PER.search(segment.left) and FACILITY.search(segment.right)
    ):
        return DELIVERED.search(segment.right) is None or quantity.unit in RATED
    following = segment.following is not None and not DELIMITER.search(segment.right)
    bounded = bool(quantity.suffix or quantity.prefix)
    return (
        bounded
        and CLASS_NOUN.match(segment.right) is not None
        and (quantity.suffix != "" or following)
    )


def _is_modifier(text: str, segment: Segment, kind: str) -> bool:
    """总投资5亿元的项目: describes the thing; its capacity counts if the thing is delivered."""
    if kind == "count" and OF_SIZE.match(segment.right):
        return True
    if kind == "count" and not (segment.quantity.prefix or segment.quantity.suffix):
        return False
    clause = text[segment.clause.start : segment.clause.end]
    if clause.startswith("对") and RECIPIENT.search(
        clause, segment.quantity.end - segment.clause.start
    ):
        return True
    if kind == "money" and segment.right.startswith("的") and segment.left.endswith("投资"):
        return True
    at = segment.right.find("的")
    if at < 0 or at > 14 or kind not in MEASURED or kind == "ratio":
        return False
    if kind == "money" and (segment.quantity.prefix or segment.quantity.suffix):
        return True
    if segment.quantity.suffix or kind in ("money", "duration"):
        return DELIVER_AT_END.search(segment.left) is None
    return DELIVERED.search(segment.right) is None and DELIVER_AT_END.search(segment.left) is None


def _is_mentioned(segment: Segment, kind: str) -> bool:
    """聚焦13个产业集群; 11个项目投资突破2000亿元: scope of a promise, not the promise."""
    if kind != "count":
        return False
    bounded = segment.quantity.prefix or segment.quantity.suffix
    if MENTION.search(segment.left) and not bounded and not _is_served(segment):
        return True
    if segment.following is not None and _is_kept_stock(segment):
        return True
    if "全覆盖" in segment.right:
        return True
    following = segment.following
    return (
        following is not None
        and segment.right != ""
        and not DELIMITER.search(segment.right[-3:])
        and PREDICATE.search(segment.right + following.prefix) is not None
        and not segment.quantity.suffix
    )


def _is_served(segment: Segment) -> bool:
    """为1万名儿童进行筛查, 科技辅具服务5000例, 完成全省1000所学校改造: what is done, and how often."""
    if segment.left.endswith("覆盖"):
        return segment.quantity.unit in ("人", "户")
    if segment.left.endswith("服务"):
        return not segment.right
    if segment.left[-1:] in ("为", "对"):
        return RENDERED.search(segment.right) is not None
    return re.search(r"[成造治设建](?:全[国省市县区])$", segment.left) is not None


def _is_kept_stock(segment: Segment) -> bool:
    """存栏2000头奶牛场16个: how large each is that is counted after it."""
    following = segment.following
    return (
        following is not None
        and STOCK.search(segment.left) is not None
        and KINDS.get(following.unit) == "count"
        and segment.right != ""
        and not DELIMITER.search(segment.right)
    )


def _is_baseline(text: str, segment: Segment) -> bool:
    """由80%提高到90%: the first number is where things stand."""
    quantity = segment.quantity
    after = text[quantity.end : quantity.end + 8]
    return bool(
        re.search(r"[由从][^，,、]{0,12}$", segment.left)
        and re.match(r"[^，,]{0,6}(?:到|至|为|以上|左右)", after)
    ) or bool(BASELINE.search(segment.left) and re.match(r"的?基础上", after))
