"""Checks a report's stored text against the file it came from, by compiling that file again. Reads only."""

from collections.abc import Iterator

from bihuan.kernel.cases.evidence import path_of
from bihuan.kernel.errors import Refusal
from bihuan.kernel.ledger.faults import Fault
from bihuan.plan.importing import compile_for_city
from bihuan.plan.models import ReportText


def verify_texts() -> Iterator[Fault]:
    """Every report whose text layer is not what its file compiles to."""
    for row in ReportText.objects.select_related("case"):
        file = row.case.evidence.first()
        try:
            data = path_of(file.sha256).read_bytes() if file else b""
            same = compile_for_city(data, row.name).document.text == row.text
        except (Refusal, OSError):
            same = False
        if not same or row.digest != row.case.data["digest"]:
            yield Fault(
                row.case.number, 1, "projection",
                "报告文本与原文件不符", "the report's text is not what its file compiles to",
            )  # fmt: skip
