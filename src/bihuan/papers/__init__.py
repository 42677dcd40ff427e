"""Office papers (公文) from templates that a city edits in Word and Excel; no Django, no kernel."""

from bihuan.papers.document import check_document, render_document
from bihuan.papers.errors import PaperError, missing
from bihuan.papers.grid import Grid, open_grid
from bihuan.papers.opened import Held, OpenedSheet, open_sheet
from bihuan.papers.packing import require_package
from bihuan.papers.sheet import Trace, field_columns, render_sheet
from bihuan.papers.sheet_template import read_sheet_template
from bihuan.papers.values import Fields, Filling, Value, as_text, clean

__all__ = [
    "Fields",
    "Filling",
    "Grid",
    "Held",
    "OpenedSheet",
    "PaperError",
    "Trace",
    "Value",
    "as_text",
    "check_document",
    "clean",
    "field_columns",
    "missing",
    "open_grid",
    "open_sheet",
    "read_sheet_template",
    "render_document",
    "render_sheet",
    "require_package",
]
