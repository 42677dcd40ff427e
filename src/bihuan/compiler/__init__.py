"""Turns a work report into commitments: a pure library, without Django, kernel or clock."""

from bihuan.compiler.against import Change, ChangeKind, compare
from bihuan.compiler.errors import CompileError
from bihuan.compiler.model import (
    Commitment,
    Compilation,
    Diagnostic,
    Document,
    Duty,
    Place,
    Section,
    Suggestion,
    Target,
)
from bihuan.compiler.output import to_jsonl
from bihuan.compiler.pipeline import compile_report
from bihuan.compiler.promises import Ref
from bihuan.compiler.stages import STAGES, show_stage

__all__ = [
    "STAGES",
    "Change",
    "ChangeKind",
    "Commitment",
    "Compilation",
    "CompileError",
    "Diagnostic",
    "Document",
    "Duty",
    "Place",
    "Ref",
    "Section",
    "Suggestion",
    "Target",
    "compare",
    "compile_report",
    "show_stage",
    "to_jsonl",
]
