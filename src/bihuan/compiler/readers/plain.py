"""Markdown and plain text: UTF-8 with or without BOM, else GB18030; nothing is changed."""

from __future__ import annotations

from bihuan.compiler.errors import CompileError
from bihuan.compiler.model import Layer

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_plain(data: bytes) -> Layer:
    """The file's own code points (a BOM and CRLF stay, so spans point into the file)."""
    return Layer(decode(data))


def decode(data: bytes) -> str:
    """Decodes by trying, never by guessing statistics; raises CompileError for anything else."""
    if data.startswith(UTF16_MARKS):
        return _checked(data, "utf-16")
    try:
        return _checked(data, "utf-8")
    except UnicodeDecodeError:
        return _checked(data, "gb18030")


def _checked(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":
            raise
        raise _not_text() from None
    if _is_binary(text):
        raise _not_text()
    return text


def _is_binary(text: str) -> bool:
    """Control characters no typist makes: any NUL, or more than one in a thousand."""
    odd = sum(1 for char in text if char < " " and char not in "\t\n\r\f\v\x1a\x07\x08")
    return "\x00" in text or odd * 1000 > len(text) + 1000


def _not_text() -> CompileError:
    return CompileError(
        "not-text",
        "文件不是 UTF-8 或 GB18030 编码的文字。",
        "The file is text in neither UTF-8 nor GB18030.",
        "请用“另存为 → UTF-8”重新保存;Word 或 PDF 文件请保留原来的扩展名。",
    )
