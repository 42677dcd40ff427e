"""Opens a DOCX package: what it unpacks to is bounded before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from bihuan.compiler.errors import CompileError

MAX_UNPACKED = 200 * 1024 * 1024
MAX_XML = 64 * 1024 * 1024
MAX_PARTS = 5000
DECLARATION = b"<!DOCTYPE"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def open_docx(data: bytes) -> Any:
    """The python-docx document; raises CompileError for a bomb, a broken file or another format."""
    if data.startswith(OLE):
        raise refuse_ole(data)
    _refuse_bomb(data)
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        if document.element.body is None:
            raise _broken()
    except CompileError:
        raise
    except Exception as error:  # python-docx lets lxml, zip and key errors through
        raise _broken() from error
    return document


def refuse_ole(data: bytes) -> CompileError:
    """The error for a compound file: a DOCX with a password, or a .doc of old Word or WPS."""
    if ENCRYPTED in data:
        return CompileError(
            "encrypted-docx",
            "Word 文件设有打开密码，无法读取。",
            "The Word file is protected by a password.",
            "请在 Word 或 WPS 中去掉密码后另存，再试。",
        )
    return CompileError(
        "old-word",
        "这是旧格式的 Word 文件（.doc 或 .wps），无法读取。",
        "This is a Word file of the old format (.doc or .wps), which is not read.",
        "请用 Word 或 WPS 打开后“另存为 .docx”再试。",
    )


def _refuse_bomb(data: bytes) -> None:
    """Sizes are read from the directory before anything is unpacked; zipfile never unpacks more."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _refuse_size(parts)
            declared = any(_declares_entities(archive, part) for part in parts)
    except CompileError:
        raise
    except Exception as error:  # zipfile and zlib have many ways to say that a file is broken
        raise _broken() from error
    if declared:
        raise CompileError(
            "declares-entities",
            "DOCX 的内容带有 DTD 声明，正常的 Word 文件没有，已停止读取。",
            "The DOCX declares a DTD, which no Word file does.",
            "请用 Word 或 WPS 打开后“另存为 .docx”再试。",
        )


def _refuse_size(parts: list[zipfile.ZipInfo]) -> None:
    sizes = [part.file_size for part in parts]
    markup = [part.file_size for part in parts if _is_markup(part)]
    if len(parts) > MAX_PARTS or sum(sizes) > MAX_UNPACKED or max(markup, default=0) > MAX_XML:
        raise CompileError(
            "unpacks-too-large",
            f"DOCX 解压后超过 {MAX_UNPACKED // 1048576} MB(正文超过 {MAX_XML // 1048576} MB)，已停止读取。",
            "The DOCX unpacks to more than the limit.",
            "请去掉图片、嵌入对象后另存,或另存为 .txt。",
        )


def _is_markup(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith((".xml", ".rels"))


def _declares_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part's prologue declares a DTD: in UTF-8 or, nulls dropped, in UTF-16."""
    if not _is_markup(part):
        return False
    with archive.open(part) as stream:
        return DECLARATION in stream.read(65536).replace(b"\x00", b"")


def _broken() -> CompileError:
    return CompileError(
        "broken-docx",
        "DOCX 文件已损坏或不是真正的 DOCX(例如 .doc 改名)。",
        "The DOCX file is damaged, or is not a DOCX.",
        "请用 Word 或 WPS 打开后“另存为 .docx”再试。",
    )
