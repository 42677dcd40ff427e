"""`bihuan appraise MONTH`: prints, freezes or checks a month's appraisal. The numbers come from kernel.appraisal."""

import argparse
import csv
import json
import sys
from collections.abc import Mapping
from typing import Any

from bihuan.config.installation import say
from bihuan.config.serve import database_in_use

COLUMNS = ("month", "measure", "label", "unit", "unit_name", "numerator", "denominator", "rate")


def appraise(words: list[str]) -> int:
    """Print a month as CSV or JSON; `--freeze` keeps it for good, `--check` computes what was frozen anew."""
    parser = argparse.ArgumentParser(prog="bihuan appraise")
    parser.add_argument("month", help="such as 2023-06")
    parser.add_argument("--freeze", action="store_true", help="冻结 (keep it for good)")
    parser.add_argument("--reason", default="", help="更正理由 (why a frozen month is corrected)")
    parser.add_argument("--check", action="store_true", help="重算 (compare with the ledger)")
    parser.add_argument("--format", choices=("csv", "json"), default="csv")
    given = parser.parse_args(words)
    import django

    django.setup()
    from bihuan.kernel.errors import Refusal

    with database_in_use():
        try:
            return _check(given.month) if given.check else _print(given)
        except Refusal as refusal:
            say(str(refusal))
            return 1


def _check(month: str) -> int:
    from bihuan.kernel.appraisal.freeze import frozen
    from bihuan.kernel.appraisal.reading import span_of
    from bihuan.kernel.appraisal.verify import recompute

    span_of(month)
    snapshot = frozen(month)
    if snapshot is None:
        say(f"{month} 尚未冻结（is not frozen）")
        return 1
    if recompute(snapshot) != snapshot.body:
        say(f"{month} 与台账推算不符（the ledger gives other numbers）: {snapshot.digest}")
        return 1
    say(f"{month} 与台账推算一致（the ledger gives the same）: {snapshot.digest}")
    return 0


def _print(given: argparse.Namespace) -> int:
    from bihuan.config.tools import present
    from bihuan.kernel.appraisal.freeze import freeze, frozen
    from bihuan.kernel.orgs.acting import SYSTEM_ACTOR

    if given.freeze:
        snapshot = freeze(given.month, SYSTEM_ACTOR, now=present(), reason=given.reason)
        say(f"{given.month} 已冻结（frozen）: {snapshot.digest}")
    elif kept := frozen(given.month):
        snapshot = kept
        say(f"{given.month} 已冻结（frozen {kept.at:%Y-%m-%d}）: {kept.digest}")
    else:
        say(f"{given.month} 尚未冻结，以下为按现有台账的预览（not frozen: a preview）")
        _write(_preview(given.month), given.format)
        return 0
    _write(snapshot.content, given.format)
    return 0


def _preview(month: str) -> dict[str, Any]:
    from bihuan.kernel.appraisal.reading import body_of, version_of
    from bihuan.kernel.ledger.models import Event

    last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    content: dict[str, Any] = json.loads(body_of(month, version_of(month), last))
    return content


def _write(content: Mapping[str, Any], form: str) -> None:
    from bihuan.kernel.cases.city import city

    if form == "json":
        sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        return
    labels = {m["key"]: m["label"] for m in content["version"]["measures"]} | {"score": "得分"}
    names = {code: unit.name for code, unit in city().units.items()}
    rows = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for row in content["rows"]:
        more = {"label": labels[row["measure"]], "unit_name": names.get(row["unit"], "")}
        rows.writerow({"month": content["month"], **row, **more})
