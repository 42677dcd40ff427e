"""Checks everything that hangs on the ledger: chains, seals, definitions, numbers, organisation, cases, files. Reads only."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from bihuan.kernel.cases.city import algorithm, definition_digest
from bihuan.kernel.cases.models import MatterVersion
from bihuan.kernel.cases.verify_cases import cases_part
from bihuan.kernel.cases.verify_files import files_part
from bihuan.kernel.cases.verify_orgs import verify_orgs
from bihuan.kernel.cases.verify_personal import personal_part
from bihuan.kernel.ledger.faults import Fault
from bihuan.kernel.ledger.models import OWN_STREAMS
from bihuan.kernel.ledger.parts import Part, once, run
from bihuan.kernel.ledger.verify import chain_part, one_view
from bihuan.kernel.ledger.verify_seals import seals_part
from bihuan.kernel.matters.definition import Matter

# Numbers as `numbers.next_number` gives them: five digits, more where five are not enough.
_GIVEN = """
SELECT c.series || CASE WHEN n < 100000 THEN lpad(n::text, 5, '0') ELSE n::text END
FROM cases_counter c, generate_series(1, c.last) n
"""
_GONE = f"{_GIVEN} EXCEPT SELECT number FROM cases_case ORDER BY 1"
_NEVER_GIVEN = f"""
(SELECT number FROM cases_case
 UNION SELECT stream FROM ledger_event WHERE seq = 1 AND stream <> ALL(%s))
EXCEPT ({_GIVEN}) ORDER BY 1
"""


@dataclass(frozen=True)
class Wanted:
    """What a check is asked for: how many processes, the chains alone, each seal anew, a published seal."""

    workers: int = 0
    chain_only: bool = False
    every_seal: bool = False
    against: Mapping[str, Any] | None = None


def verify_all(now: datetime) -> Iterator[Fault]:
    """Every fault that there is, in one go."""
    return run(parts(now))


def parts(now: datetime, wanted: Wanted = Wanted()) -> dict[str, Part]:
    """The parts of the check by name, in their order."""
    chosen = algorithm()
    ledger = {
        "chain": chain_part(chosen, wanted.workers),
        "seals": seals_part(chosen, every=wanted.every_seal, against=wanted.against),
    }
    if wanted.chain_only:
        return ledger
    return ledger | {
        "definitions": once(_seen_at_once(_verify_definitions)),
        "numbers": once(_seen_at_once(_verify_numbers)),
        "organisation": once(_seen_at_once(verify_orgs)),
        "cases": cases_part(now),
        "files": files_part(),
        "personal": personal_part(),
    }


def _seen_at_once(check: Callable[[], Iterator[Fault]]) -> Callable[[], Iterator[Fault]]:
    """A check of several tables, all seen as they stood at one instant."""

    def seen() -> Iterator[Fault]:
        with one_view():
            yield from list(check())

    return seen


def _verify_definitions() -> Iterator[Fault]:
    for row in MatterVersion.objects.order_by("pk"):
        try:
            same = definition_digest(Matter.model_validate(row.definition)) == row.digest
        except ValueError:
            same = False
        if not same:
            yield Fault(
                row.key, row.version, "changed",
                "事项定义被改动", "the stored definition was changed",
            )  # fmt: skip


def _verify_numbers() -> Iterator[Fault]:
    """Numbers run without gaps: a case taken out whole shows here and names itself."""
    for number in _listed(_GONE):
        yield Fault(
            number, 1, "removed",
            "编号连续，此办件却不存在：整件被删", "numbers have no gaps, yet this case is gone",
        )  # fmt: skip
    for number in _listed(_NEVER_GIVEN, sorted(OWN_STREAMS)):
        yield Fault(number, 1, "inserted", "此编号从未发放", "this number was never given")


def _listed(query: str, *values: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return [number for (number,) in cursor.fetchall()]
