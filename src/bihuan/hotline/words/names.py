"""Names of private persons in a text: only where its words say that a name follows, never by guessing from characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹"
    "熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁"
    "尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛冉蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫"
    "米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻"
    "位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹"
    "诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由薛渠郄"
)  # fmt: skip
DOUBLES = frozenset(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|长孙|宇文|夏侯|端木|申屠|澹台".split("|")
)
HAN = "\u4e00-\u9fff"
SURNAME = f"(?:{'|'.join(sorted(DOUBLES))}|[{''.join(sorted(SURNAMES))}])"

# Words after which a name stands: the sure ones alone, the others with a mark or nothing but the name behind.
SAYS = re.compile(r"(?:我(?:的名字)?叫(?:做)?|本人(?:姓名|叫)|我?名叫)[ \u3000:：,，]{0,3}")
ASKS = re.compile(
    r"(?:姓名|联系人|(?:投诉|反映|举报|报告|诉求|来电|申请|求助|询问|咨询|申诉|控告|请求|信访|上访)人)([ \u3000:：,，]{1,3}|[为是]|)"
)
SELF = re.compile(r"本人[ \u3000:：,，]{0,2}")
TITLED = re.compile(rf"({SURNAME}[{HAN}]{{0,2}}?)(?:先生|女士)")
NAME = re.compile(rf"{SURNAME}[ \u3000]{{0,2}}[{HAN}](?:[ \u3000]?[{HAN}])?")

ALONE = re.compile(rf"(?:^|[^{HAN}])({SURNAME} ?[{HAN}]{{1,2}})[ \u3000:：(（,，]{{0,2}}$")
WINDOW = 10

# What goes on after a name of two characters: the third belongs to the sentence.
GOES_ON = frozenset(
    "是的在因于现今家住为和与及同系来自到从去年有电手身份男女向已曾就对要想也都将被把给说村乡镇县市区户户籍人岁老之一您你好谢此联号地住址单性职"
)
# What stands after 我叫 or 联系人 and only looks like a name, by its first two characters.
NO_NAMES = frozenset(
    "到了 来的 不应 权利 及电 和电 和联 及联 及身 和身 车来 应当 常说 常在 别人 都有 都是 全家 全部 居住 居民 安置 公司 时间 时候 应该 经常 于是 方式 方便 "
    "信息 信箱 强烈 平时 明确 明天 明白 和谐 和我 国家 国内 单位 房屋 房子 车子 车辆 计划 成功 成为 路过 支付 原因 原来 阳光 管理 利益 干部 但是 由于 展开 相关 "
    "相信 来到 来自 来领 强行 公布 班级 计算 时常 都在 全体 向贵 向你 向您 向有 向领 向法 向市 向县 向区 向社 向公 曾多 曾经 曾在 曾于 应征 应聘 查询 高中 高度 高兴 于今 于昨 连续 "
    "任职 任何 石家 和其 和家 和妻 和老 和同 乐意 幸福 信任 关注 关于 关心 解决 容易 满意 满足 银行 权益 花费 花了 修建 修改 利用 居然 宁愿 宁可 安装 和父 和母 "
    "冷静 成绩 成都 文化 文凭 古稀 明知 有事 初中 初次 初步 元月 方才 来此 来信 来电 从事 干了 项目 终于 那么 那天 那里 都没 全程 全款 全额 相当 支持 "
    "农村 农民 农业 司机 师范 师傅 师专 平常 平均 平日 普通 高级 高考 连夜 查看 查到 查了 和对 应届 盖房 盖章 种种 满怀 强调 时年 时任 智力 残疾 贺卡 易地 "
    "权属 权限 权威 程序 金额 施工 章程 储蓄 路边 路口 严重 严格 柳林 文水 方山 交口 石楼 岚县 兴县 临县 中阳 孝义 汾阳 离石 交城 吕梁 马上 安全 包括 包含 常年 "
    "向来 经济 经办 经手 经过 于本 于二 于一 于上 于下 于该 于此 于前 于同 时至 来本 来找 来回 自愿 能否 有关 何时 何以 何况 何故 高龄 文件 万分 平安 白天 "
    "党员 党龄 老人 游客 明明 常住 章印 应交 应得 应有 车主 房东 房产 方向 方案 简单 简历 白白 都会 都不 边远 国企 国营 海外 公民 公告 公开 公务 公证 利息 信访".split()
)
NO_TITLED = re.compile(r"[长委任记员司师]$|南郭|各位|这位|那位|[一两几]位|全体|对方|时候")
ENDS_SELF = re.compile(rf"[^{HAN}*]|男|女|系|是|今年|现年|身份证|电话|手机|$")


def names(text: str) -> Iterator[tuple[int, int]]:
    """Where names of private persons stand, not in order and possibly twice."""
    for says in SAYS.finditer(text):
        yield from _listed(text, says.end(), sure=True)
    for asks in ASKS.finditer(text):
        yield from _listed(text, asks.end(), sure=bool(asks[1]))
    for says in SELF.finditer(text):
        found = _name_at(text, says.end())
        if found and ENDS_SELF.match(text, found[1]):
            yield found
    for titled in TITLED.finditer(text):
        span = _titled(text, titled.start(1), titled.end(1))
        if span:
            yield span


def before_number(text: str, number: int) -> tuple[int, int] | None:
    """The name that stands alone before a telephone number, as in 李四13812345678."""
    window = max(0, number - WINDOW)
    found = ALONE.search(text[window:number])
    if not found or found[1][:2] in NO_NAMES or NO_TITLED.search(found[1]):
        return None
    return window + found.start(1), window + found.end(1)


def _listed(text: str, at: int, *, sure: bool) -> Iterator[tuple[int, int]]:
    """The name at `at`, and those that follow it in a list (、)."""
    found = _name_at(text, at)
    while found and (sure or _closed(text, found[1])):
        yield found
        if text[found[1] : found[1] + 1] not in ("、", "和"):
            return
        sure, found = False, _name_at(text, found[1] + 1)


def _name_at(text: str, at: int) -> tuple[int, int] | None:
    found = NAME.match(text, at)
    if not found or found[0][:2] in NO_NAMES or found[0][1:] in ("先生", "女士"):
        return None
    return found.start(), _end(text, found)


def _end(text: str, found: re.Match[str]) -> int:
    """Where the name ends: before a third character that begins the next words."""
    name = found[0]
    long = len(name.replace(" ", "").replace("\u3000", "")) > 2
    if long and name[-1] in GOES_ON and not _closed(text, found.end()):
        return found.start() + len(name[:-1].rstrip())
    return found.end()


def _closed(text: str, at: int) -> bool:
    """Whether something other than a character follows, so that all before it is the name."""
    return at >= len(text) or not "\u4e00" <= text[at] <= "\u9fff"


def _titled(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name before 先生 or 女士; only its last characters if the others are words of the sentence."""
    if NO_TITLED.search(text[max(0, start - 1) : end]):
        return None
    if text[start - 1 : start + 1] == "关于":
        start += 1
    if end - start > 2 and text[end - 2 : end] in DOUBLES:
        start = end - 2
    elif end - start > 1 and start and not _closed(text, start - 1) and text[end - 1] in SURNAMES:
        start = end - 1
    return (start, end) if end > start else None
