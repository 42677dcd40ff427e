"""Guards that any matter may name; those of a domain stand in its own rules.py. Pure."""

from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.matters.facts import Facts, guard


@guard("children_ended")
def children_ended(facts: Facts) -> Refusal | None:
    """All cases that this case opened have ended (协办、下级事项均已了结)."""
    open_children = [child.number for child in facts.children if not child.end]
    if not open_children:
        return None
    return Refusal(
        "children_open",
        N_("还有 %(count)s 件下级事项没有了结：%(numbers)s。"),
        remedy=N_("请先办结、验收或依规终止这些事项。"),
        params={"count": len(open_children), "numbers": "、".join(open_children[:5])},
    )
