"""A dropped report against last year's (与上年比较): the file given with it, else the plan of the year before."""

import zlib
from dataclasses import dataclass

from pydantic import TypeAdapter

from bihuan.compiler import Change, Compilation, CompileError, compare
from bihuan.kernel.cases.evidence import path_of
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import Refusal
from bihuan.plan.compiling_result import MOST
from bihuan.plan.importing import compile_for_city
from bihuan.plan.models import Compiling


@dataclass(frozen=True)
class Comparison:
    """What became of last year's promises; `problem` says why that cannot be told, `report` where a plan holds them."""

    name: str
    title: str
    year: int | None
    report: str
    changes: tuple[Change, ...]
    problem: str = ""
    problem_en: str = ""


_ADAPTER = TypeAdapter(Comparison)


def packed_comparison(comparison: Comparison) -> bytes:
    """The bytes that `comparison_of` reads."""
    return zlib.compress(_ADAPTER.dump_json(comparison), 6)


def comparison_of(row: Compiling) -> Comparison | None:
    """What a row keeps; None where there was nothing to compare with."""
    if row.changes is None:
        return None
    return _ADAPTER.validate_json(zlib.decompressobj().decompress(bytes(row.changes), MOST))


def compared(row: Compiling, now: Compilation) -> Comparison | None:
    """Compare a compiled report with last year's; None where neither a file nor a plan of that year is there.

    A file that cannot be read or compared does not spoil the report itself: the comparison says so.
    """
    year = row.year or now.year
    if row.last_sha256:
        return _against(row.last_sha256, row.last_name, "", None, now)
    if year is None:
        return None
    plans = Case.objects.filter(matter="plan.report", data__year=year - 1).exclude(state="void")
    for plan in plans.order_by("-pk"):
        file = plan.evidence.first()
        if file is not None:
            return _against(file.sha256, file.name, plan.number, year - 1, now)
    return None


def _against(sha256: str, name: str, report: str, year: int | None, now: Compilation) -> Comparison:
    try:
        last = compile_for_city(path_of(sha256).read_bytes(), name, year=year)
        return Comparison(name, last.title, last.year, report, compare(last, now))
    except Refusal as refusal:
        cause = refusal.__cause__
        english = cause.message_en if isinstance(cause, CompileError) else refusal.message
        return Comparison(name, "", year, report, (), f"{refusal.message}{refusal.remedy}", english)
    except CompileError as error:
        said = f"{error.message_zh}{error.remedy}"
        return Comparison(name, "", year, report, (), said, error.message_en)
