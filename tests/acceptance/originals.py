"""Makes the originals that a person would drop: a Word file, a scanned page, a page of a government site. Holds no test."""

from dataclasses import dataclass
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from PIL import Image, ImageDraw, ImageFont

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)
KINDERGARTENS = "新建普惠性幼儿园25所"
ROADS = "改造农村公路120公里"
HEAT = "新增集中供热面积60万平方米"
LINES = (
    "政府工作报告",
    "二、2023年重点工作",
    "（一）办好民生实事",
    f"{KINDERGARTENS}，{ROADS}。",
    f"年底前{HEAT}。",
    "培育规上工业企业50户以上。",
)
PAGE = (1240, 1754)  # A4 at 150 to the inch
SIZE, LEFT, TOP, LEADING = 34, 150, 200, 90


@dataclass(frozen=True)
class Scan:
    """A scanned page, and where the words of a line stand on it: left, top, right, bottom as shares of the page."""

    path: Path
    places: dict[str, tuple[float, float, float, float]]


def word_file(folder: Path) -> Path:
    """A Word file as an office writes it: a centred title, headings, bold runs, a table."""
    file = Document()
    title = file.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run("2023年政府工作报告").font.size = Pt(22)
    file.add_heading("二、2023年重点工作", 1)
    file.add_heading("（一）办好民生实事", 2)
    body = file.add_paragraph()
    body.add_run("一是办好教育。").bold = True
    body.add_run("新建普惠性")
    body.add_run("幼儿园").bold = True
    body.add_run(f"25所，{ROADS}。")
    file.add_paragraph(f"年底前{HEAT}。")
    table = file.add_table(rows=2, cols=2)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells],
        ("事项", "目标", "老旧小区改造", "改造老旧小区100个"),
        strict=True,
    ):
        cell.text = text
    path = folder / "2023年政府工作报告.docx"
    file.save(str(path))
    return path


def web_page(folder: Path) -> Path:
    """A page as a county's site serves it: GBK, navigation, scripts, a body with indents made of spaces."""
    body = "".join(f"<p>\u3000\u3000{line}</p>" for line in LINES[1:])
    html = f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>2023年政府工作报告_某县人民政府</title><script>document.title = "changed by a script"</script>
<style>p {{ background: url(http://127.0.0.1:1/remote.png) }}</style></head>
<body onload="alert(1)"><div class="nav"><a href="/">首页</a> <a href="/zwgk/">政务公开</a> <a href="/bm/">便民服务</a></div>
<div class="position">当前位置：<a href="/">首页</a> &gt; 政府工作报告</div>
<div class="content"><h1>2023年政府工作报告</h1><div class="info">发布时间：2023-01-10 来源：政府办</div>
<div id="zoom" style="text-align:left">{body}<img src="http://127.0.0.1:1/seal.png"></div></div>
<div class="footer">版权所有 某县人民政府办公室 <a href="javascript:alert(2)">网站地图</a></div></body></html>"""
    path = folder / "zfgzbg.html"
    path.write_bytes(html.encode("gbk"))
    return path


def scanned_page(folder: Path) -> Scan:
    """A page without a text layer: a picture of the lines, a little grey, in a PDF."""
    font = ImageFont.truetype(next(f for f in FONTS if Path(f).exists()), SIZE)
    image = Image.new("RGB", PAGE, (250, 249, 245))
    pen = ImageDraw.Draw(image)
    places = {}
    for row, line in enumerate(LINES):
        indent = 2 * SIZE if row > 2 else 0
        at = (LEFT + indent, TOP + row * LEADING)
        pen.text(at, line, font=font, fill=(40, 40, 40))
        for words in (KINDERGARTENS, ROADS, HEAT):
            if words in line:
                left = at[0] + pen.textlength(line[: line.index(words)], font=font)
                box = pen.textbbox((left, at[1]), words, font=font)
                places[words] = (
                    box[0] / PAGE[0], box[1] / PAGE[1], box[2] / PAGE[0], box[3] / PAGE[1],
                )  # fmt: skip
    path = folder / "扫描件.pdf"
    image.save(path, "PDF", resolution=150)
    return Scan(path, places)


def has_font() -> bool:
    """Whether this machine can draw Chinese."""
    return any(Path(font).exists() for font in FONTS)
