"""Pictures of a file's pages (页面图像), drawn once in a process of their own and kept under the file's digest.

Run as `python -m bihuan.web.page_image FILE FIRST LAST OUT` it is that process: pdfium is neither thread-safe nor proof
against every file, so it never runs in the web server itself.
"""

import io
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

WIDTH = 1240  # pixels: 150 to the inch on A4
HIGHEST = 8 * WIDTH
AT_ONCE = 4  # pages drawn by one process
SECONDS, MEGABYTES = 60, 2048
_one_at_a_time = threading.Lock()


def image_of(sha256: str, page: int) -> Path | None:
    """The file with the picture of a page (from 1); None where the file has no such page or cannot be drawn."""
    wanted = _place(sha256, page)
    if wanted.exists():
        return wanted
    from bihuan.kernel.cases.evidence import path_of

    with _one_at_a_time:
        if not wanted.exists():
            wanted.parent.mkdir(parents=True, exist_ok=True)
            out = str(wanted.parent / sha256)
            argv = [sys.executable, "-m", "bihuan.web.page_image", str(path_of(sha256))]
            argv += [str(page), str(page + AT_ONCE - 1), out]
            try:
                subprocess.run(argv, check=False, timeout=SECONDS, stdin=subprocess.DEVNULL)
            except subprocess.TimeoutExpired:
                return None
    return wanted if wanted.exists() else None


def _place(sha256: str, page: int) -> Path:
    from django.conf import settings

    return Path(settings.BIHUAN_FILES) / "pages" / sha256[:2] / f"{sha256}-{page}.webp"


def draw(data: bytes, first: int, last: int, out: str) -> None:
    """Draw the pages first..last that exist; each becomes `OUT-PAGE.webp`."""
    if not data.startswith(b"%PDF-"):
        if first == 1:
            _keep(_picture(data), f"{out}-1.webp")
        return
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(data)
    for number in range(first, min(last, len(document)) + 1):
        place = Path(f"{out}-{number}.webp")
        if not place.exists():
            page = document[number - 1]
            scale = min(WIDTH / max(page.get_width(), 1), HIGHEST / max(page.get_height(), 1))
            _keep(page.render(scale=scale).to_pil(), str(place))
            page.close()
    document.close()


def _picture(data: bytes) -> Any:
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    image.thumbnail((WIDTH * 3 // 2, HIGHEST))
    return image.convert("RGB")


def _keep(image: Any, place: str) -> None:
    partial = f"{place}.{os.getpid()}"
    image.save(partial, "WEBP", quality=82, method=2)
    Path(partial).replace(place)


def main(file: str, first: str, last: str, out: str) -> int:
    """Draw within limits of memory and processor time."""
    import resource

    most = MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    draw(Path(file).read_bytes(), int(first), int(last), out)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
