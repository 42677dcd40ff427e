"""What callers ask (诉求): the opening form of a demand, by shares like a real hotline's. Draws only.

Shares of the kinds follow published bulletins: about half questions, a third requests for help, the rest complaints,
suggestions, praise. All of it is invented and says so.
"""

from collections.abc import Mapping, Sequence

from bihuan.simulation.values import MARK
from bihuan.simulation.year.lives import Life
from bihuan.simulation.year.seats import Seats

MATTER = "hotline.demand"
KINDS = (("consult", 510), ("help", 330), ("complaint", 90), ("suggestion", 55), ("praise", 15))
CHANNELS = (("phone", 72), ("mobile", 12), ("web", 8), ("api", 4), ("mail", 2), ("board", 2))
IDENTITIES = (("open", 84), ("confidential", 11), ("anonymous", 5))
ABOUT: Mapping[str, Sequence[str]] = {
    "供热": ("暖气不热", "管道漏水", "停暖未通知"),
    "道路": ("路面坑洼", "井盖缺失", "路灯不亮"),
    "环境": ("垃圾未清运", "夜间施工噪声", "河道有异味"),
    "社保": ("医保报销比例", "养老金认证", "社保转移"),
    "物业": ("电梯停运", "物业收费", "车位被占"),
    "交通": ("公交不准点", "违停严重", "信号灯故障"),
    "教育": ("学区划分", "校外培训退费", "转学手续"),
    "公积金": ("提取条件", "贷款额度", "异地使用"),
}
FAMILY_NAMES, GIVEN_NAMES = "赵钱孙李周吴郑王冯陈", "伟芳娜敏静丽强磊军洋"


def opening(life: Life, seats: Seats, repeated: Life | None) -> tuple[str, dict[str, object]]:
    """(post, form) of a new demand; one that repeats another asks the same, at times by the same caller."""
    dice = life.dice
    if repeated is not None and repeated.data:
        form = {n: repeated.data[n] for n in ("title", "kind", "place", "category", "address")
                if repeated.data.get(n)}  # fmt: skip
        form["content"] = f"{form['title']}，至今没有解决，第{life.id}位来电人反映{MARK}"
        caller = repeated.id if dice.happens("asked", 0.4) else life.id
    else:
        form, caller = _asked(life, seats), life.id
    channel = dice.weighted("asked", CHANNELS)
    identity = dice.weighted("asked", IDENTITIES)
    form |= {
        "channel": channel, "identity": identity,
        "pace": "consult" if form["kind"] == "consult" else "general",
        "urgency": "urgent" if dice.happens("asked", 0.012) else "normal",
    }  # fmt: skip
    if identity != "anonymous":
        form |= {"caller_name": name_of(caller), "caller_phone": phone_of(caller)}
    role = "hotline_operator" if channel == "phone" else "hotline_online"
    return dice.one("asked", seats.by_role[role]), form


def name_of(caller: int) -> str:
    """The invented name of a caller."""
    return f"{FAMILY_NAMES[caller % 10]}{GIVEN_NAMES[caller // 10 % 10]}{GIVEN_NAMES[caller // 100 % 10]}"


def phone_of(caller: int) -> str:
    """The invented number of a caller: of a segment that no operator has."""
    return f"154{caller % 100_000_000:08d}"


def _asked(life: Life, seats: Seats) -> dict[str, object]:
    dice = life.dice
    area = dice.one("asked", tuple(ABOUT))
    what = dice.one("asked", ABOUT[area])
    place = dice.one("asked", sorted(seats.of_region))
    number = dice.between("asked", 1, 400)
    return {
        "title": f"{area}：{number}号{what}{MARK}", "kind": dice.weighted("asked", KINDS),
        "content": f"第{life.id}位来电人反映{number}号附近{what}，已持续{dice.between('asked', 1, 30)}天，请尽快处理{MARK}",
        "place": place, "address": f"{number}号小区门口", "category": area,
    }  # fmt: skip
