"""Fills a Word template (docxtpl 语法): sandboxed, escaped, equal cells merged, page by page with its headings."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from bihuan.papers.errors import N_, PaperError, broken, unknown_marker
from bihuan.papers.packing import repack, require_package
from bihuan.papers.values import Fields, Filling, Value, as_text, clean, groups

ROWS = "rows"
SIGN = "\ue000"  # put before the text of cells that merge; cleaned out of all data
TAGS = re.compile(r"<[^>]+>")


def render_document(
    template: bytes, name: str, fields: Fields, filling: Filling, *, at: datetime
) -> bytes:
    """The filled document; the same input gives the same bytes. PaperError where the template is unfit."""
    check_document(template, name, fields)
    document = _opened(template, name)
    context: dict[str, Any] = {key: clean(filling.head.get(key)) for key in fields.head}
    context[ROWS] = [{key: clean(row.get(key)) for key in fields.row} for row in filling.rows]
    try:
        document.render(context, _environment(), autoescape=True)
    except (TemplateError, etree.XMLSyntaxError, TypeError, ValueError, KeyError) as error:
        raise broken(name, str(error)) from error
    body = document.docx.element.body
    for table in body.iter(qn("w:tbl")):
        _merge_equal(table)
        _repeat_heading(table)
    out = io.BytesIO()
    document.save(out)
    return repack(out.getvalue(), at)


def check_document(template: bytes, name: str, fields: Fields) -> None:
    """Raise a PaperError with marker and place for a template that cannot be filled."""
    environment = _environment()
    _require_whole(template, name)
    for source in _sources(_opened(template, name)):
        try:
            tree = environment.parse(source)
            environment.compile(tree)
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            raise _unfinished(name, _place(source, line), str(error)[:60]) from error
        _require_known(_Tree(source, tree), name, fields)


def _require_whole(template: bytes, name: str) -> None:
    """Every marker ends in the paragraph that it begins in."""
    document = _opened(template, name)
    roots = [document.docx.element.body]
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        roots += [etree.fromstring(part.blob) for _, part in document.get_headers_footers(uri)]
    for paragraph in (p for root in roots for p in root.iter(qn("w:p"))):
        text = _words(paragraph)
        if any(text.count(a) != text.count(b) for a, b in (("{{", "}}"), ("{%", "%}"))):
            raise _unfinished(name, f"“{text[:60]}”", text.strip()[:60])


def _unfinished(name: str, place: str, marker: str) -> PaperError:
    return PaperError(
        "broken_marker",
        N_("模板“%(name)s”的 %(place)s 处标记写得不完整：“%(marker)s”。"),
        remedy=N_("标记写作 {{ 名称 }}，要合并相同单元格写作 {{ 名称 | merge }}。"),
        params={"name": name, "place": place, "marker": marker},
    )


class _Tree:
    def __init__(self, source: str, tree: nodes.Template) -> None:
        self.source = source
        self.tree = tree
        loops = [loop for loop in tree.find_all(nodes.For) if isinstance(loop.target, nodes.Name)]
        self.loops = {
            loop.target.name: loop for loop in loops if isinstance(loop.target, nodes.Name)
        }


def _require_known(found: _Tree, name: str, fields: Fields) -> None:
    known = {*fields.head, ROWS, "loop", *found.loops}
    for word in found.tree.find_all(nodes.Name):
        if word.name not in known:
            raise unknown_marker(name, word.name, _place(found.source, word.lineno))
    for strange in found.tree.find_all((nodes.Getitem, nodes.Call)):
        raise unknown_marker(name, "[ ] ( )", _place(found.source, strange.lineno))
    for part in found.tree.find_all(nodes.Getattr):
        owner = part.node.name if isinstance(part.node, nodes.Name) else "?"
        if owner != "loop" and (owner not in found.loops or part.attr not in fields.row):
            marker = f"{owner}.{part.attr}"
            raise unknown_marker(name, marker, _place(found.source, part.lineno))


def _place(source: str, line: int | None) -> str:
    """The words around a marker, as the person sees them in Word."""
    lines = source.splitlines()
    shown = lines[line - 1] if line and line <= len(lines) else ""
    return f"“{TAGS.sub('', shown).strip()[:60]}”"


def _opened(template: bytes, name: str) -> DocxTemplate:
    try:
        require_package(template)
        document = DocxTemplate(io.BytesIO(template))
        document.init_docx()
    except PaperError as error:
        raise broken(name, error.message) from error
    except (
        PackageNotFoundError, KeyError, ValueError, AttributeError, zipfile.BadZipFile,
        etree.XMLSyntaxError,
    ) as error:  # fmt: skip
        raise broken(name, str(error)) from error
    return document


def _sources(document: DocxTemplate) -> Iterator[str]:
    """The body, then headers and footers, as Jinja reads them: each paragraph on a line of its own."""
    parts = [document.get_xml()]
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        parts += [document.get_part_xml(part) for _, part in document.get_headers_footers(uri)]
    for part in parts:
        yield re.sub(r"<w:p([ >])", r"\n<w:p\1", document.patch_xml(part))


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=_as_written
    )
    environment.filters = {"merge": _merging, "day": as_text, "short_day": _short_day}
    environment.globals = {}
    environment.tests = {}
    return environment


def _as_written(value: object) -> object:
    return value if isinstance(value, Markup) else as_text(_value(value))


def _value(value: object) -> Value:
    return value if value is None or isinstance(value, int | date | Decimal) else str(value)


def _merging(value: object) -> str:
    return SIGN + as_text(_value(value))


def _short_day(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else as_text(_value(value))


def _merge_equal(table: Any) -> None:
    """Join cells under one another whose text is equal and marked, column by column from the left."""
    rows = [
        [cell for cell in row if cell.tag == qn("w:tc")] for row in table if row.tag == qn("w:tr")
    ]
    signed = [row for row in rows if any(_words(cell).startswith(SIGN) for cell in row)]
    if not signed:
        return
    places = [i for i, cell in enumerate(signed[0]) if _words(cell).startswith(SIGN)]
    texts = [[_words(row[i]).removeprefix(SIGN) for row in signed] for i in places]
    for row in signed:
        for i in places:
            for text in row[i].iter(qn("w:t")):
                text.text = (text.text or "").replace(SIGN, "")
    for i, runs in zip(places, groups(texts), strict=True):
        for first, last in runs:
            for place in range(first, last + 1):
                _join(signed[place][i], is_first=place == first)


def _words(cell: Any) -> str:
    return "".join(text.text or "" for text in cell.iter(qn("w:t")))


def _join(cell: Any, *, is_first: bool) -> None:
    joined = OxmlElement("w:vMerge")
    joined.set(qn("w:val"), "restart" if is_first else "continue")
    properties = cell.get_or_add_tcPr()
    properties._insert_vMerge(joined)
    if not is_first:
        for text in list(cell.iter(qn("w:t"))):
            text.text = ""


def _repeat_heading(table: Any) -> None:
    """Where the template repeats no heading, the first row of a table is repeated on each page."""
    rows = [row for row in table if row.tag == qn("w:tr")]
    if len(rows) < 2 or any(row.find(f".//{qn('w:tblHeader')}") is not None for row in rows):
        return
    rows[0].get_or_add_trPr().append(OxmlElement("w:tblHeader"))
