"""Invented demands of residents (群众诉求): titles and texts with places, things, troubles and a long tail of rare words.

Nothing is taken from a real message. Places follow Zipf's law within a county; what is wrong stands in a few hundred sentences
that are put together anew each time; names of shops, people and products are pairs of characters, few of them often, most of
them once. `again` tells the same thing in other words: another order, other words for the same, more or less detail, the
place written otherwise. The same draws give the same texts.
"""

from __future__ import annotations

import bisect
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

CHARACTERS = tuple(
    bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)
)  # the common ones of GB 2312, by sound
SURNAMES = "王李张刘陈杨赵高郭白任康薛冯贺武苗阎车雒杜弓穆成田"
FEATURES = "东西南北上下前后大小新老中双三五石青龙凤永安兴福和平金玉柳榆枣杏桃槐松柏峪岭川河"
VILLAGES = ("家庄村", "家沟村", "家塔村", "家坪村", "庄村", "峪村", "坡村", "塔村", "社区")
ROADS = ("东路", "西路", "北路", "南路", "中路", "大街", "街", "巷")
ESTATES = ("小区", "花园", "家园", "苑", "佳苑", "新村小区")
TOWNS = ("镇", "乡", "街道")

# What it is about, what is wrong with it, what else is told, what is asked for; said in several ways each.
MATTERS: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (("路灯", "路灯照明", "街灯"), ("不亮", "坏了没人修", "整夜不亮", "忽明忽暗", "灯杆倾斜"),
     ("晚上出行看不清路", "老人孩子夜里不敢走", "已经有人摔倒", "附近学生下晚自习很不方便", "灯罩掉下来砸到车"),
     ("尽快维修路灯", "派人检修照明线路", "更换灯泡恢复照明")),
    (("暖气", "供暖", "供热"), ("不热", "温度不达标", "一直不热", "时有时无", "管道漏水"),
     ("室温只有十几度", "家里有老人和婴儿冻得受不了", "热力公司说是管道问题互相推", "每年交了取暖费", "暖气片摸上去是凉的"),
     ("解决供暖不热的问题", "退还部分取暖费", "安排人员入户测温")),
    (("自来水", "供水", "生活用水"), ("停水", "水压低", "水质发黄", "有异味", "三天两头停水"),
     ("洗衣做饭都成问题", "高层根本上不来水", "没有提前通知", "只能买桶装水", "水里有泥沙沉淀"),
     ("尽快恢复正常供水", "检测水质并公布结果", "查明停水的原因")),
    (("污水", "下水道", "排水管道"), ("外溢", "堵塞", "返味严重", "井盖缺失", "往河里直排"),
     ("臭气熏天窗户都不敢开", "污水流到路面结冰", "夏天蚊虫特别多", "雨天倒灌进一楼住户", "沿街商户意见很大"),
     ("疏通下水道", "安排清淤并更换管道", "查处直排的单位")),
    (("垃圾", "生活垃圾", "建筑垃圾"), ("堆积如山", "多日无人清运", "随意倾倒", "焚烧冒黑烟", "垃圾桶太少"),
     ("苍蝇蚊子到处都是", "大风一刮塑料袋满天飞", "堵住了消防通道", "夜里有车偷倒", "环卫工人说不归他们管"),
     ("及时清运垃圾", "增设垃圾箱", "安装监控查处偷倒")),
    (("道路", "路面", "水泥路"), ("坑洼不平", "破损严重", "塌陷", "挖开后没有恢复", "积水严重"),
     ("下雨天车辆经过溅一身水", "电动车经常摔倒", "大车把路压坏了", "施工围挡占了半边路", "村里的农产品拉不出去"),
     ("修复路面", "硬化道路", "尽快完工恢复通行")),
    (("公交车", "公交线路", "班车"), ("班次太少", "随意甩站", "不按时发车", "停运了", "司机态度恶劣"),
     ("等了四十多分钟没有车", "老年卡刷不上", "学生上学赶不上", "只能打黑车花二十块", "站牌上的时间对不上"),
     ("增加公交班次", "恢复原来的线路", "对司机批评教育")),
    (("噪音", "施工噪声", "夜间噪音"), ("扰民", "通宵不停", "严重影响休息", "超过标准", "凌晨还在响"),
     ("家里有高考的孩子", "心脏不好的老人整夜睡不着", "报过警来了就停走了又响", "切割机的声音特别刺耳", "音响开到最大"),
     ("制止夜间施工", "查处噪音扰民", "责令整改")),
    (("物业", "物业公司", "物业服务"), ("不作为", "乱收费", "擅自涨价", "不公示账目", "断水断电催费"),
     ("电梯坏了一个月没人修", "保安形同虚设", "公共收益去向不明", "门禁长期损坏", "业主委员会一直成立不起来"),
     ("督促物业履职", "公开收支账目", "退还多收的费用")),
    (("电梯", "单元电梯", "小区电梯"), ("频繁故障", "困人", "停运", "没有年检", "下坠"),
     ("十八楼的住户只能爬楼", "老人被困了半小时", "打维保电话没人接", "按钮失灵已经很久", "运行时有很大的响声"),
     ("尽快修好电梯", "检验电梯安全", "更换老旧电梯")),
    (("工资", "农民工工资", "劳务费"), ("拖欠", "一直不给结算", "少发", "拖了半年", "以各种理由推脱"),
     ("包工头电话打不通", "二十多个工人等着回家过年", "只给了生活费", "项目部说甲方没有拨款", "没有签劳动合同"),
     ("讨回拖欠的工资", "责令用人单位支付", "劳动监察介入调查")),
    (("学校", "小学", "幼儿园"), ("乱收费", "违规补课", "食堂饭菜差", "学位不足", "门口交通拥堵"),
     ("让家长自愿签字", "孩子吃了肚子疼", "放学时段堵得水泄不通", "片区划分不合理", "班里坐了六十多个学生"),
     ("查处违规收费", "改善食堂伙食", "安排交警疏导")),
    (("医保", "居民医保", "医疗报销"), ("无法报销", "缴费后不到账", "异地备案办不了", "待遇太低", "手续繁琐"),
     ("跑了三趟窗口都说系统有问题", "在省城住院花了四万多", "慢性病本办不下来", "两边互相推", "手机上显示未参保"),
     ("协调解决报销", "说明报销的比例和流程", "尽快办理备案")),
    (("低保", "困难补助", "残疾人补贴"), ("停发", "申请不下来", "没有足额发放", "迟迟不批", "被取消"),
     ("家里没有劳动力", "常年吃药负担重", "村干部说名额满了", "别人条件好的反而有", "去年还有今年没有了"),
     ("核实情况恢复待遇", "说明取消的理由", "按政策纳入保障")),
    (("宅基地", "房屋产权", "不动产证"), ("办不下来", "有争议", "被占用", "迟迟不发证", "登记有误"),
     ("入住八年了还没有房本", "孩子上学要用", "开发商手续不全", "邻居把墙砌到我家地界", "钱早就交齐了"),
     ("尽快办理房产证", "确认权属", "督促开发商补齐手续")),
    (("征地补偿", "占地补偿款", "青苗补偿"), ("没有发放", "标准不一", "被截留", "不合理", "拖欠多年"),
     ("修高速占了三亩耕地", "签字的时候说好年底付清", "同村别人都领到了", "账目没有公开", "树木和坟没有计算"),
     ("发放征地补偿款", "公开补偿的标准和账目", "核实占地面积")),
    (("网络信号", "手机信号", "宽带"), ("没有信号", "经常断网", "网速慢", "乱扣费", "无法办理销户"),
     ("打电话要跑到山顶上", "孩子上网课卡得不行", "客服让等一直没人来", "套餐降不下来", "基站被拆了"),
     ("增设基站", "派人维修线路", "退还多扣的话费")),
    (("燃气", "天然气", "煤气管道"), ("没有接通", "开户费太高", "压力不足", "泄漏", "停气"),
     ("管道铺了两年不通气", "闻到很浓的味道", "饭做到一半没火了", "换表收了三百元", "没有人上门安检"),
     ("尽快通气", "派人检查燃气安全", "说明收费依据")),
    (("停车", "车辆乱停", "停车位"), ("占用消防通道", "堵住出口", "收费不合理", "乱停乱放", "一位难求"),
     ("救护车都进不来", "共享单车摆满人行道", "地下车位只卖不租", "大货车夜里停在路边", "打挪车电话不接"),
     ("规范停车秩序", "施划停车线", "查处违停车辆")),
    (("养殖场", "养猪场", "养鸡场"), ("臭味扰民", "污水直排", "离住户太近", "没有手续", "粪便乱堆"),
     ("夏天苍蝇成群", "井水都不能喝了", "离村子不到一百米", "反映几次都没有结果", "风一吹全村都是味"),
     ("责令养殖场搬迁", "整治粪污", "查处违规养殖")),
    (("大货车", "运煤车", "渣土车"), ("超载", "扬尘严重", "夜间轰鸣", "抛洒", "闯红灯"),
     ("房子都震出裂缝", "路上全是煤灰", "窗台上一天一层土", "已经出过两次事故", "没有盖篷布"),
     ("限制大车通行", "治理扬尘", "加强执法检查")),
    (("商场", "超市", "门店"), ("预付卡不退", "卖过期食品", "虚假宣传", "缺斤短两", "拒不退款"),
     ("老板跑路电话关机", "买回来就发现变质", "充了两千块只用了一次", "标价和结账不一样", "没有发票"),
     ("退还预付款", "查处违法经营", "依法赔偿")),
    (("电", "供电", "农村电网"), ("频繁停电", "电压不稳", "线路老化", "电表有问题", "变压器容量不够"),
     ("冰箱里的东西都坏了", "大棚卷帘机带不起来", "电线垂到人头高", "一个月电费比平时多一倍", "一到用电高峰就跳闸"),
     ("更换变压器", "改造线路", "校验电表")),
    (("违建", "私搭乱建", "违章建筑"), ("无人管", "越建越高", "占用绿地", "遮挡采光", "占道经营"),
     ("楼顶加盖了一层", "城管来看过没有下文", "挡住一楼的阳光", "把公共绿化铲了种菜", "彩钢房有火灾隐患"),
     ("拆除违建", "恢复绿地", "查明手续是否合法")),
)  # fmt: skip
GREETINGS = (
    "",
    "",
    "您好，",
    "领导您好，",
    "你好，我是当地居民，",
    "市民来电反映，",
    "来电人称，",
    "尊敬的领导：",
)
SINCE = (
    "从{m}月份开始", "最近{d}天", "已经{w}个星期", "近{w}个月以来", "今年入冬以来", "去年{m}月至今", "自{m}月{d}日起",
    "昨天晚上", "连续{d}天", "长期以来",
)  # fmt: skip
BEFORE = (
    "曾向{who}反映，答复正在处理，至今没有结果。", "给{who}打过{d}次电话，没有人管。", "村委会说要等上级安排。",
    "{who}来看过一次就没有下文了。", "之前在12345反映过，{who}说已处理，实际没有变化。", "", "", "",
)  # fmt: skip
OFFICES = (
    "住建局",
    "城管",
    "社区",
    "物业",
    "乡政府",
    "街道办",
    "村委会",
    "自来水公司",
    "热力公司",
    "教育局",
    "交警队",
)
ASKS = (
    "希望{ask}。",
    "请求{ask}，谢谢。",
    "恳请有关部门{ask}。",
    "要求{ask}，并给予答复。",
    "望{ask}！",
)
TAILS = (
    "联系人{name}。",
    "涉及{n}户。",
    "店名叫{rare}。",
    "负责人是{name}。",
    "旁边是{rare}和{rare2}。",
    "车牌尾号{n}。",
    "",
    "",
)
RARE_WORDS = 40_000


@dataclass(frozen=True)
class Where:
    """A place as it may be written, in a county; with the middle of it on the map."""

    county: str
    county_name: str
    town: str
    name: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Story:
    """One trouble at one place: what every telling of it shares."""

    where: Where
    matter: int
    wrong: int
    told: tuple[int, ...]
    ask: int
    number: int
    rare: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Telling:
    """A demand's title, content and address."""

    title: str
    content: str
    address: str
    story: Story


def places_of(counties: Sequence[tuple[str, str]], each: int = 400) -> list[list[Where]]:
    """For each county (code, name) so many villages, roads and estates; the same for the same counties."""
    return [_county(code, name, each) for code, name in counties]


def _county(code: str, name: str, each: int) -> list[Where]:
    draw = random.Random(code)
    middle = (draw.uniform(36.8, 38.4), draw.uniform(110.6, 112.1))
    towns = [draw.choice(FEATURES) + draw.choice(FEATURES) + draw.choice(TOWNS) for _ in range(14)]
    found: dict[str, Where] = {}
    while len(found) < each:
        kind = draw.choice((VILLAGES, VILLAGES, ROADS, ESTATES))
        head = draw.choice(SURNAMES) if kind is VILLAGES else draw.choice(FEATURES)
        full = head + draw.choice(("", draw.choice(FEATURES))) + draw.choice(kind)
        if len(full) > 2:
            spot = (middle[0] + draw.gauss(0, 0.08), middle[1] + draw.gauss(0, 0.08))
            found[full] = Where(code, name, draw.choice(towns), full, *spot)
    return list(found.values())


@cache
def _rare_words() -> tuple[list[str], list[float]]:
    draw = random.Random(7)
    common = CHARACTERS[::2]
    words = ["".join(draw.choices(common, k=draw.choice((2, 2, 3)))) for _ in range(RARE_WORDS)]
    return words, _zipf(RARE_WORDS)


@cache
def _zipf(count: int) -> list[float]:
    """Cumulative weights 1/(rank + 3)."""
    return list(itertools.accumulate(1 / (rank + 3) for rank in range(count)))


def _nth(draw: random.Random, count: int) -> int:
    weights = _zipf(count)
    return bisect.bisect(weights, draw.random() * weights[-1])


def story(draw: random.Random, places: Sequence[Sequence[Where]]) -> Story:
    """Something wrong somewhere."""
    county = places[_nth(draw, len(places))]
    where = county[_nth(draw, len(county))]
    matter = _nth(draw, len(MATTERS))
    _, wrongs, told, asks = MATTERS[matter]
    words, _ = _rare_words()
    return Story(
        where, matter, _nth(draw, len(wrongs)),
        tuple(draw.sample(range(len(told)), draw.randint(1, 3))), draw.randrange(len(asks)),
        draw.randint(1, 30), words[_nth(draw, RARE_WORDS)],
        round(where.lat + draw.gauss(0, 0.0006), 6), round(where.lon + draw.gauss(0, 0.0006), 6),
    )  # fmt: skip


def tell(draw: random.Random, one: Story) -> Telling:
    """A telling of it; two tellings of one story share what the story says and little else."""
    things, wrongs, told, asks = MATTERS[one.matter]
    thing, where = draw.choice(things), _written(draw, one.where)
    parts = [told[at] for at in one.told]
    draw.shuffle(parts)
    if len(parts) > 1 and draw.random() < 0.3:
        parts.pop()
    if draw.random() < 0.3:
        parts.append(draw.choice(told))
    content = (
        draw.choice(GREETINGS)
        + where
        + f"{draw.choice(('', f'{one.number}号楼', '附近', '门口'))}{thing}"
        + f"{_since(draw)}{wrongs[one.wrong]}，{'，'.join(parts)}。"
        + draw.choice(BEFORE).format(who=draw.choice(OFFICES), d=draw.randint(2, 9))
        + _tail(draw, one)
        + _aside(draw)
        + draw.choice(ASKS).format(ask=asks[one.ask])
    )
    title = draw.choice(
        (f"{one.where.name}{thing}{wrongs[one.wrong]}", f"反映{where}{thing}{wrongs[one.wrong]}问题",
         f"{thing}{wrongs[one.wrong]}", f"关于{one.where.name}{thing}的诉求")
    )  # fmt: skip
    address = f"{one.where.town}{one.where.name}" if draw.random() < 0.7 else one.where.name
    return Telling(title, content, address, one)


def again(draw: random.Random, first: Telling) -> Telling:
    """The same trouble told by a neighbour, some steps away."""
    near = replace(
        first.story,
        lat=round(first.story.lat + draw.gauss(0, 0.0004), 6),
        lon=round(first.story.lon + draw.gauss(0, 0.0004), 6),
    )
    return tell(draw, near)


def _written(draw: random.Random, where: Where) -> str:
    """The place with more or fewer of the names above it, or without its sign."""
    return draw.choice(
        (
            where.name, where.county_name + where.name, where.town + where.name,
            where.county_name + where.town + where.name, where.name.removesuffix("村"),
        )
    )  # fmt: skip


def _since(draw: random.Random) -> str:
    said = draw.choice(SINCE)
    return said.format(m=draw.randint(1, 12), d=draw.randint(2, 28), w=draw.randint(2, 9))


def _tail(draw: random.Random, one: Story) -> str:
    words, _ = _rare_words()
    name = draw.choice(SURNAMES) + draw.choice(CHARACTERS)
    return draw.choice(TAILS).format(
        name=name, n=draw.randint(3, 999), rare=one.rare, rare2=words[_nth(draw, RARE_WORDS)]
    )


def _aside(draw: random.Random) -> str:
    """In a third of the texts, what has little to do with it."""
    if draw.random() > 0.33:
        return ""
    words, _ = _rare_words()
    said = "".join(words[_nth(draw, RARE_WORDS)] for _ in range(draw.randint(3, 14)))
    return f"另外{said}。"
