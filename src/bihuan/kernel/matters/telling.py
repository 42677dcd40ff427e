"""Checks of what a matter tells persons outside (告知): names that resolve, links that are their holder's own. Pure."""

from collections.abc import Collection, Iterator

from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.leaks import Leak, Loc
from bihuan.kernel.matters.outsiders import STRAY, WORDS, Outsiders, Tells, longest_of, names_in

KINDS = ("phone", "mail")


def find_telling_slips(matter: Matter, parameters: Collection[str]) -> Iterator[Leak]:
    """Everything that is wrong with a matter's `follows`, `outsiders` and `tells`."""
    yield from _follows(matter)
    outside = matter.outsiders
    if outside is not None:
        yield from _outsiders(matter, outside, parameters)
    for at, tells in placed_tells(matter):
        if outside is None:
            yield Leak(
                "tells_nobody",
                at,
                "没有写明告知谁，先写 outsiders（outsiders does not say whom to tell）",
            )
        yield from _texts(at, tells)


def placed_tells(matter: Matter) -> Iterator[tuple[Loc, Tells]]:
    """Every text that a matter tells, with where it stands."""
    if matter.outsiders and matter.outsiders.opened:
        yield ("outsiders", "opened"), matter.outsiders.opened
    for name, action in matter.actions.items():
        if action.tells:
            yield ("actions", name, "tells"), action.tells


def longest_messages(tells: Tells) -> Iterator[tuple[str, int]]:
    """Key of a text → the most characters it can come to; names that are unknown were told before."""
    for key, text in (("text", tells.text), ("followers", tells.followers)):
        if all(name in WORDS for name in names_in(text)):
            yield key, longest_of(text)


def _follows(matter: Matter) -> Iterator[Leak]:
    follows = matter.follows
    if follows is None:
        return
    field, state = matter.fields.get(follows.field), matter.states.get(follows.state)
    if field is None or field.type != "text" or field.personal:
        yield _unknown(("follows", "field"), "文字字段", follows.field)
    if state is None or not state.end:
        yield _unknown(("follows", "state"), "结束环节", follows.state)


def _outsiders(matter: Matter, outside: Outsiders, parameters: Collection[str]) -> Iterator[Leak]:
    at: Loc = ("outsiders",)
    for index, name in enumerate(outside.contact):
        field = matter.fields.get(name)
        if field is None or field.personal not in KINDS:
            yield _unknown((*at, "contact", index), "电话或邮箱字段（personal: phone、mail）", name)
    for name, values in outside.unless.items():
        field = matter.fields.get(name)
        for value in values:
            if field is None or value not in field.choices:
                yield _unknown((*at, "unless", name), "选项", value)
    if outside.parts not in parameters:
        yield _unknown((*at, "parts"), "参数", outside.parts)


def _texts(at: Loc, tells: Tells) -> Iterator[Leak]:
    for key in ("text", "text_en", "followers", "followers_en"):
        text = getattr(tells, key)
        if STRAY.search(text):
            yield Leak(
                "stray_percent",
                (*at, key),
                "“%”只能写成 %(名称)s（a percent sign only begins a name: %(number)s）",
            )
        for name in names_in(text):
            if name not in WORDS:
                yield _unknown((*at, key), f"可用的词（{'、'.join(sorted(WORDS))}）", name)
            elif WORDS[name].own and (key.startswith("followers") or not tells.followers):
                yield Leak(
                    "link_of_another",
                    (*at, key),
                    f"%({name})s 只属于本件诉求人，请在 followers 中另写并单诉求人的文字，且不用它"
                    f"（{name} is the caller's own: write another text for followers, without it）",
                )


def _unknown(at: Loc, kind: str, name: str) -> Leak:
    return Leak("unknown_name", at, f"没有{kind} {name}（unknown name: {name}）")
