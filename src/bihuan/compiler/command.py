"""`bihuan compile REPORT`: reads a file, writes JSON lines, a table, one stage, or a score."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bihuan.compiler.against import compare
from bihuan.compiler.changes import changes_jsonl, changes_table
from bihuan.compiler.checking import check
from bihuan.compiler.errors import CompileError
from bihuan.compiler.model import Duty, Place
from bihuan.compiler.output import to_jsonl, to_table
from bihuan.compiler.pipeline import compile_report
from bihuan.compiler.scorecard import score_all, score_one
from bihuan.compiler.stages import STAGES, show_stage


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `bihuan compile`; the caller reads --catalog and passes what it holds."""
    parser.add_argument(
        "report", type=Path, nargs="?", metavar="REPORT", help="md, txt, html, docx or pdf"
    )
    parser.add_argument("--format", choices=("jsonl", "table"), default="jsonl")
    parser.add_argument("--stage", choices=STAGES, help="show what one stage made of the report")
    parser.add_argument(
        "--check", action="store_true", help="list what cannot be executed as written; 1 on errors"
    )
    parser.add_argument(
        "--against", type=Path, metavar="LAST", help="compare with last year's report"
    )
    parser.add_argument("--year", type=int, help="plan year, where the report does not say it")
    parser.add_argument(
        "--score",
        type=Path,
        metavar="GOLD",
        help="score against labelled rows; a folder: every NAME.gold.jsonl in it, without REPORT",
    )
    parser.add_argument("--catalog", type=Path, metavar="DIR", help="places and duties to look for")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to FILE")


def run(args: argparse.Namespace, places: Sequence[Place] = (), duties: Sequence[Duty] = ()) -> int:
    """Runs the command; 0 when compiled, 1 when --check finds an error, 2 when refused."""
    try:
        words, code = _result(args, places, duties)
    except CompileError as error:
        sys.stderr.write(f"{error.code}: {error.message_zh}{error.remedy} {error.message_en}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"无法读取 {error.filename}:{error.strerror}。请检查路径和权限。\n")
        return 2
    data = words.encode("utf-8", "surrogatepass")
    if args.output is not None:
        args.output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    return code


def _result(
    args: argparse.Namespace, places: Sequence[Place], duties: Sequence[Duty]
) -> tuple[str, int]:
    if args.score is not None:
        whole = args.score.is_dir()
        return score_all(args.score) if whole else score_one(args.score, args.report, args.year), 0
    if args.report is None:
        raise CompileError("no-report", "没有指定报告。", "No report was named.", "写上文件路径。")
    data, name = args.report.read_bytes(), args.report.name
    if args.stage:
        shown = show_stage(data, name, args.stage, year=args.year, places=places, duties=duties)
        return shown, 0
    compiled = compile_report(data, name, year=args.year, places=places, duties=duties)
    if args.against is not None:
        before = compile_report(args.against.read_bytes(), args.against.name)
        changes = compare(before, compiled)
        return (changes_table if args.format == "table" else changes_jsonl)(changes), 0
    if args.check:
        words, failed = check(compiled, str(args.report))
        return words, int(failed)
    for found in compiled.diagnostics:  # of the whole text; those of a clause stand in its line
        said = f"{found.code}: {found.message_zh}。{found.hint_zh} {found.message_en}."
        sys.stderr.write(f"{name}: {said}\n")
    return (to_table(compiled) if args.format == "table" else to_jsonl(compiled)), 0
