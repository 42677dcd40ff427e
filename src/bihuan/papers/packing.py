"""Office files as zip packages: refused where they are not what they say, written so that equal content has equal bytes."""

import io
import re
import zipfile
import zlib
from datetime import UTC, datetime

from bihuan.papers.errors import N_, PaperError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MOST_PARTS = 2_000
MOST_BYTES = 120 * 1024 * 1024  # unpacked, all parts together
MOST_TEXT = 48 * 1024 * 1024  # unpacked, one part
MOST_CELLS = 1_000_000  # of one sheet: written, or named by a merger or a link
CELL = re.compile(rb"<(?:\w+:)?c[ />]")
SPREAD = re.compile(
    rb'<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]*?\bref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"'
)
EPOCH = (1980, 1, 1, 0, 0, 0)
STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def require_package(data: bytes) -> None:
    """Raise a PaperError for anything but a plain .xlsx or .docx of a bearable size. Unpacks without keeping."""
    if data.startswith(OLE):
        raise _sealed() if ENCRYPTED in data else _old()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _require_parts(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise PaperError(
            "not_office",
            N_("这不是 Excel 或 Word 文件，或文件已损坏。"),
            remedy=N_("请用 Excel 打开后另存为 .xlsx 再上传。"),
        ) from error


def _require_parts(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    whole = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or whole > MOST_BYTES:
        raise _too_large()
    if any(part.flag_bits & 1 for part in parts):
        raise _sealed()
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise PaperError(
            "macros", N_("文件带有宏，不收。"), remedy=N_("请另存为不带宏的 .xlsx 再上传。")
        )
    unpacked = 0
    for part in parts:
        with package.open(part) as stream:
            body = stream.read(MOST_TEXT + 1)
        unpacked += len(body)
        if len(body) > MOST_TEXT or unpacked > MOST_BYTES:
            raise _too_large()
        if part.filename.endswith((".xml", ".rels")):
            _require_plain(body)


def _require_plain(body: bytes) -> None:
    """No entities, and no sheet that is small on disk and endless once it is opened."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise PaperError(
            "entities",
            N_("文件内含有不应有的声明（DOCTYPE），不收。"),
            remedy=N_("请用 Excel 打开后另存为 .xlsx 再上传。"),
        )
    spread = sum(
        (_column(right) - _column(left) + 1) * (int(bottom) - int(top) + 1)
        for left, top, right, bottom in SPREAD.findall(body)
    )
    if spread > MOST_CELLS or sum(1 for _ in CELL.finditer(body)) > MOST_CELLS:
        raise _too_large()


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sealed() -> PaperError:
    return PaperError(
        "encrypted", N_("文件加了密码。"), remedy=N_("请在 Excel 中取消密码后再上传。")
    )


def _old() -> PaperError:
    return PaperError(
        "old_format",
        N_("这是旧的 .xls 或 .doc 格式。"),
        remedy=N_("请用 Excel 打开后另存为 .xlsx 再上传。"),
    )


def _too_large() -> PaperError:
    return PaperError(
        "too_large",
        N_("文件解开后太大，不收。"),
        remedy=N_("请删去多余的工作表、图片和整列格式后再上传。"),
    )


def repack(data: bytes, at: datetime) -> bytes:
    """The same package with fixed entry times and `at` as the time it was made: equal content, equal bytes."""
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            body = old.read(part)
            if part.filename == "docProps/core.xml":
                body = STAMP.sub(rb"\g<1>" + stamp + rb"\g<3>", body)
            entry = zipfile.ZipInfo(part.filename, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, body)
    return out.getvalue()
