"""The units of measure and the measure words a report counts in (计量单位与量词)."""

from __future__ import annotations

import re


def _words(text: str) -> list[str]:
    return text.split()


PHYSICAL = _words(
    "吨标准煤 吨 担 公斤 千克 克 斤 平方公里 平方千米 平方米 平米 公里 千米 海里 里 米 立方米 方 "
    "公顷 亩 千瓦时 千瓦 兆瓦时 兆瓦 吉瓦时 吉瓦 万伏 千伏安 千伏 瓦 度 升 摄氏度 ℃ 分贝 "
    "微克/立方米 微克每立方米 毫克/升 GWh MWh kWh GW MW kW EFLOPS EFlops PFLOPS PFlops Pflops P "
    "TB PB EB 标准煤 标准箱 标箱 TEU km kg 公分 厘米 毫米 分米 cm CM mm 英里 英尺 英寸 海里 盎司 磅 毫升 "
    "微克 毫克 赫兹 千赫 兆赫 兆赫兹 吉赫 比特 千比特 兆比特 字节 千字节 兆字节 吉字节 GB MB KB 千卡 大卡 焦耳 千焦 "
    "两 °C 摄氏度 华氏度 马力 帕 千帕 公里/小时 千米/小时"
)
MONEY = _words(
    "美元 美圆 欧元 日元 日圆 港元 港币 澳元 加元 新台币 台币 英镑 卢布 韩元 瑞士法郎 法郎 奈拉 卢比 比索 泰铢 "
    "人民币 个比特币 比特币 美分 日本銭 元"
)
RATIO = _words("个百分点 百分点 个千分点 千分点 % ‰ 倍")
COUNT = _words(
    "个 家 户次 户 人次 人 名 位 所 座 条 件 项 套 台 辆 艘 架次 架 列 部 篇 场次 场 张 处 "
    "栋 幢 间 批次 批 支 对 组 宗 笔 单 起 例 门 类 种 款 株 棵 头 只 羽 口 眼 孔 盏 块 片 头只 台套 "
    "轮 班次 班 航次 航线 剂次 份 册 枚 床 学位 床位 车位 泊位 机架 桩 站 公里段 "
    "平台 基地 企业 村 镇 乡 县 道 井 根 具 尾 次 柜 顶 杆 趟 项次 件套 网格 把 "
    "本 餐 堂 课时 团 队 例次 人份 期"
)
DURATION = _words("个工作日 工作日 个小时 小时 分钟 天 秒 个月 岁 周岁")
CHINESE_COUNTED = set("个家户人名所座条件项套台辆部场张处栋支批对组类种亩吨元")

KINDS: dict[str, str] = {
    **dict.fromkeys(PHYSICAL, "physical"),
    **dict.fromkeys(MONEY, "money"),
    **dict.fromkeys(RATIO, "ratio"),
    **dict.fromkeys(COUNT, "count"),
    **dict.fromkeys(DURATION, "duration"),
}
BASE = {
    "个百分点": "百分点",
    "个千分点": "千分点",
    "个工作日": "工作日",
    "个小时": "小时",
    "千米": "公里",
    "平方千米": "平方公里",
    "平米": "平方米",
    "头只": "头",
    "用户": "户",
    "台套": "台",
}


def alternatives() -> str:
    """A regular expression alternation of all units, longest first."""
    words = "|".join(re.escape(unit) for unit in sorted(KINDS, key=len, reverse=True))
    return rf"(?:{words})(?!(?<=方)面|(?<=P)[A-Za-z]|(?<=两)[个家年次种类天级地岸会院]|(?<=期)(?:间|末|货|工程|项目|建设|机组))"
