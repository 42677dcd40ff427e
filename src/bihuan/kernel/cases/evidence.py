"""Evidence on its way in (佐证材料): checked by kind and size before it counts. Where the bytes lie is `storage`'s."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bihuan.kernel.cases.storage import path_of, store
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal
from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.fields import FieldDefinition, Json

__all__ = ["KINDS", "MEGABYTE", "Upload", "file_fields", "path_of", "store_all", "unfit"]

MEGABYTE = 1024 * 1024
ZIP = rb"PK\x03\x04"
# How the content of each kind begins: what a name says is never believed.
KINDS: Mapping[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", rb"%PDF-"),
    ".png": ("image/png", rb"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", rb"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", rb"\xff\xd8\xff"),
    ".webp": ("image/webp", rb"RIFF.{4}WEBP"),
    ".mp3": ("audio/mpeg", rb"ID3|\xff[\xe2-\xe7\xf2-\xff]"),
    ".wav": ("audio/wav", rb"RIFF.{4}WAVE"),
    ".m4a": ("audio/mp4", rb".{4}ftyp"),
    ".amr": ("audio/amr", rb"#!AMR"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP),
    ".md": ("text/markdown", b""),
    ".txt": ("text/plain", b""),
    ".html": ("text/html", b""),
    ".htm": ("text/html", b""),
}


@dataclass(frozen=True)
class Upload:
    """A file on its way in: the name that the sender gave it, and its bytes as a stream."""

    name: str
    stream: BinaryIO


def store_all(
    fields: Mapping[str, FieldDefinition], uploads: Mapping[str, Sequence[Upload]]
) -> dict[str, Json]:
    """Store every upload; field name → list of {sha256, name, size, type}. Raises FormRefusal.

    A file whose transaction fails later stays in the store unreferenced: it does no harm.
    """
    stored: dict[str, Json] = {}
    problems: list[FieldProblem] = []
    for name, files in uploads.items():
        field = fields.get(name)
        if field is None or field.type != "files":
            problems.append(FieldProblem(name, N_("此项不收文件")))
            continue
        if field.max is not None and len(files) > field.max:
            problems.append(FieldProblem(name, N_("最多 %(limit)s 项"), (("limit", field.max),)))
        problems += [p for upload in files if (p := unfit(name, field, upload))]
        if not problems:
            stored[name] = [_store(upload) for upload in files]
    if problems:
        raise FormRefusal(tuple(problems))
    return stored


def file_fields(matter: Matter, action: Action) -> dict[str, FieldDefinition]:
    """The fields of type files that an action takes: its own and those of the case that it may write."""
    own = {n: f for n, f in action.form.items() if f.type == "files"}
    return own | {n: matter.fields[n] for n in action.edits if matter.fields[n].type == "files"}


def unfit(name: str, field: FieldDefinition, upload: Upload) -> FieldProblem | None:
    """Why a file is not taken in a field, by its name, size and first bytes; None for one that is."""
    ending = Path(upload.name).suffix.lower()
    accepted = field.accept or tuple(KINDS)
    shown = (("name", upload.name[-80:]), ("accepted", " ".join(accepted)))
    if ending not in accepted or ending not in KINDS:
        return FieldProblem(name, N_("“%(name)s”的类型不收；可收: %(accepted)s"), shown)
    size = upload.stream.seek(0, os.SEEK_END)
    upload.stream.seek(0)
    if size > field.max_megabytes * MEGABYTE:
        limit = (*shown, ("limit", field.max_megabytes))
        return FieldProblem(name, N_("“%(name)s”超过 %(limit)s MB，请压缩或拆分后再传"), limit)
    if size == 0:
        return FieldProblem(name, N_("“%(name)s”是空文件"), shown)
    head = upload.stream.read(16)
    upload.stream.seek(0)
    if not re.match(KINDS[ending][1], head, re.DOTALL):
        return FieldProblem(name, N_("“%(name)s”的内容与后缀不符，请用原文件重新导出"), shown)
    return None


def _store(upload: Upload) -> Json:
    sha256, size = store(upload.stream)
    kind = KINDS[Path(upload.name).suffix.lower()][0]
    return {"sha256": sha256, "name": Path(upload.name).name[-200:], "size": size, "type": kind}
