"""Finds the shortest part of a failing history that still fails in the same way: by repeating it, again and again."""

from collections.abc import Callable, Sequence

from bihuan.simulation.operations import Operation
from bihuan.simulation.run import Result, replay

MOST_TRIES = 400
Fails = Callable[[Sequence[Operation]], Result | None]


def shrink(result: Result, most: int = MOST_TRIES) -> Result:
    """The shortest failing history found within so many repetitions; the result itself where it does not repeat."""
    best = result
    tries = 0

    def fails(operations: Sequence[Operation]) -> Result | None:
        nonlocal tries, best
        tries += 1
        found = replay(result.setting, operations)
        same = found.broken and result.broken and found.broken.invariant == result.broken.invariant
        if not same:
            return None
        best = found
        return found

    for part in _first_guesses(result):
        if len(part) < len(best.operations):
            fails(part)
    step = max(1, min(32, len(best.operations) // 2))
    while tries < most:
        if not _drop_pieces(list(best.operations), step, fails, lambda: tries < most):
            if step == 1:
                break
            step = max(1, step // 2)
    _drop_faults(best.operations, fails)
    return best


def _first_guesses(result: Result) -> list[list[Operation]]:
    """What touches the failing case alone, with and without its relatives."""
    broken = result.broken
    assert broken is not None
    family = {broken.label}
    for operation in reversed(result.operations):
        if any(label.startswith(f"{operation.id}.") for label in family) and operation.case:
            family.add(operation.case)
    makers = {int(label.split(".")[0]) for label in family if "." in label}
    near = [o for o in result.operations if o.case in family or o.id in makers]
    last = list(result.operations[-1:])
    people = {o.person for o in [*near, *last]}
    people |= {int(o.fault["person"]) for o in near if "person" in o.fault}
    staff = [
        o
        for o in result.operations
        if o.do == "merge_unit" or (o.do in ("appoint", "relieve") and o.person in people)
    ]
    sweeps = [o for o in result.operations if o.do == "sweep"]
    return [
        sorted({o.id: o for o in [*staff, *near, *sweeps, *last]}.values(), key=lambda o: o.id),
        sorted({o.id: o for o in [*staff, *near, *last]}.values(), key=lambda o: o.id),
    ]


def _drop_pieces(
    operations: list[Operation], step: int, fails: Fails, may_go_on: Callable[[], bool]
) -> bool:
    """Leave out one piece after another, from the end; True where something could be left out."""
    shrunk = False
    at = len(operations)
    while at > 0 and may_go_on():
        low = max(0, at - step)
        rest = operations[:low] + operations[at:]
        if rest and (found := fails(rest)):
            operations, shrunk = list(found.operations), True
            low = min(low, len(operations))
        at = low
    return shrunk


def _drop_faults(operations: Sequence[Operation], fails: Fails) -> None:
    """Let the faults go that the failure does not need."""
    current = list(operations)
    for index, operation in enumerate(current):
        if operation.fault:
            calm = [*current[:index], operation.without_fault(), *current[index + 1 :]]
            if fails(calm):
                current = calm
