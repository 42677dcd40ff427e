"""Pictures that outsiders send: opened before they count, and re-encoded without EXIF before anybody is shown one."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from bihuan.kernel.cases.evidence import Upload, path_of
from bihuan.kernel.errors import N_, FieldProblem

ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 80_000_000
LONGEST_SIDE = 1000
BROKEN = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning)  # fmt: skip


def unfit_pictures(field: str, uploads: Sequence[Upload]) -> tuple[FieldProblem, ...]:
    """A problem for each upload that is named as a picture and cannot be opened as one, or has too many pixels."""
    named = [u for u in uploads if Path(u.name).suffix.lower() in ENDINGS]
    return tuple(
        FieldProblem(
            field,
            N_("“%(name)s”不能作为图片打开，请重新拍照或另存为 JPG、PNG 后再传"),
            (("name", upload.name[-80:]),),
        )
        for upload in named
        if not _opens(upload)
    )


def _opens(upload: Upload) -> bool:
    upload.stream.seek(0)
    try:
        with Image.open(upload.stream, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return False
            picture.verify()
    except BROKEN:
        return False
    finally:
        upload.stream.seek(0)
    return True


def shown_picture(sha256: str) -> bytes | None:
    """A stored picture as a small JPEG that holds pixels only: no place, no camera, no hidden part. None for what is none."""
    try:
        with Image.open(path_of(sha256), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            plain = Image.new("RGB", upright.size, "white")
            plain.paste(upright.convert("RGB"))
    except BROKEN:
        return None
    stream = io.BytesIO()
    plain.save(stream, "JPEG", quality=80)
    return stream.getvalue()
