"""A history in words: one line a deed, in Chinese with the city's own names. Text only."""

from collections.abc import Iterator

from bihuan.kernel.catalog.city import City
from bihuan.kernel.catalog.load import load_city
from bihuan.simulation.operations import Operation
from bihuan.simulation.run import Result

DEEDS = {
    "open": "登记", "import": "导入报告", "sweep": "时间流逝", "appoint": "任职", "relieve": "离任",
    "merge_unit": "撤并单位",
}  # fmt: skip
FAULTS = {
    "same_key": "同一幂等键提交两次", "double_click": "同一页面提交两次", "lost_answer": "提交后断线重试",
    "crash": "第 {at} 条语句处断线重试", "rival": "同时另有人（{post}）办理“{name}”", "clock_back": "时钟倒拨 {minutes} 分钟",
}  # fmt: skip


def told(result: Result) -> Iterator[str]:
    """The lines of a history."""
    from pathlib import Path

    city = load_city(Path(result.setting.catalog))
    for operation in result.operations:
        yield line(operation, result, city)


def line(operation: Operation, result: Result, city: City) -> str:
    """One deed: `2023-03-01 09:00 计划专员 登记 …`."""
    at = operation.at.astimezone(city.info.zone).strftime("%Y-%m-%d %H:%M")
    post = city.posts[operation.post].name if operation.post in city.posts else operation.post
    deed = DEEDS.get(operation.do, _action(operation, result, city))
    words = [at, post and f"{post}（{operation.person}）", deed, _about(operation, result, city)]
    if operation.fault:
        shown = FAULTS.get(operation.fault_kind, operation.fault_kind)
        words.append(f"〔{shown.format(**operation.fault)}〕")
    return " ".join(word for word in words if word)


def _action(operation: Operation, result: Result, city: City) -> str:
    for matter in city.matters.values():
        action = matter.actions.get(operation.name)
        if action is not None and _number(operation, result).startswith(matter.prefix):
            return f"{action.label}（{operation.name}）"
    return operation.name


def _about(operation: Operation, result: Result, city: City) -> str:
    if operation.do == "open":
        return f"{city.matters[operation.name].label}“{operation.values.get('title', '')}”"
    if operation.do == "appoint":
        return operation.name
    if operation.do == "merge_unit":
        old, new = (city.units[str(operation.values[k])].name for k in ("old", "new"))
        return f"{old}并入{new}"
    return _number(operation, result)


def _number(operation: Operation, result: Result) -> str:
    return result.labels.get(operation.case, operation.case)
