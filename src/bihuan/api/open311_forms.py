"""Open311's two forms of an answer, JSON and XML, and its errors. Knows no demand; reads XML without entities or network."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from lxml import etree

from bihuan.kernel.errors import N_, Refusal

Value = str | int | float | bool | None | Sequence["Item | str"]
Item = Mapping[str, Value]
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# What a list is called in XML, and each of its items.
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "attributes": "attribute",
    "values": "value",
}
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONGEST = 1024 * 1024


class BadBody(Refusal):
    """A body that is not what it says it is."""


def answered(form: str, root: str, body: Item | Iterable[Item], status: int = 200) -> HttpResponse:
    """An answer as JSON or XML; `root` is what it is called in XML."""
    whole = body if isinstance(body, Mapping) else list(body)
    content = as_xml(root, whole) if form == "xml" else _as_json(whole)
    response = HttpResponse(content, status=status, content_type=TYPES[form])
    response.headers["Content-Length"] = str(len(content))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def errors(form: str, status: int, descriptions: Iterable[str]) -> HttpResponse:
    """The standard's form of an error: a list of code and description."""
    return answered(
        form, "errors", [{"code": status, "description": text} for text in descriptions], status
    )


def _as_json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def as_xml(root: str, body: Item | list[Item]) -> bytes:
    """The same in XML; what is null is an empty element."""
    top = etree.Element(root)
    _fill(top, root, body)
    return etree.tostring(top, xml_declaration=True, encoding="utf-8")


def _fill(element: etree._Element, name: str, value: object) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            _fill(etree.SubElement(element, key), key, item)
    elif isinstance(value, list):
        for item in value:
            _fill(etree.SubElement(element, ITEMS[name]), ITEMS[name], item)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = NOT_XML.sub("", str(value))


def read_xml(body: bytes) -> dict[str, str]:
    """The children of an XML document's root, name → text. A document type, and with it every entity, is refused."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise BadBody("bad_xml", N_("请求正文不是正确的 XML。")) from None
    document: Any = root.getroottree().docinfo  # the stubs know no document type
    if document.doctype:
        raise BadBody(
            "doctype",
            N_("不接受带 DOCTYPE 或实体的 XML。"),
            remedy=N_("请去掉文档类型声明，直接写出文字。"),
        )
    return {str(child.tag): (child.text or "") for child in root if isinstance(child.tag, str)}


def read_json(body: bytes) -> dict[str, str]:
    """The members of a JSON object, name → text."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise BadBody("bad_json", N_("请求正文不是正确的 JSON。")) from None
    if not isinstance(found, dict):
        raise BadBody("bad_json", N_("请求正文应为 JSON 对象。"))
    return {
        _storable(name): _storable(str(value))
        for name, value in found.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }


def _storable(text: str) -> str:
    """Without halves of surrogate pairs, which JSON can spell and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()
