"""Where a report's text stands in its file, as compact rows of numbers for the database, and back."""

from collections.abc import Iterable, Sequence

from bihuan.compiler import Document
from bihuan.compiler.model import Page, Spot
from bihuan.plan.models import ReportText

FINE = 10_000  # shares of a page are kept to a ten-thousandth: a fifth of a millimetre on A4


def spot_rows(spots: Iterable[Spot]) -> list[list[object]]:
    """Each spot as [start, end, page, part, offset, top, bottom, [edges]]; shares of the page as whole numbers."""
    return [
        [
            spot.start,
            spot.end,
            spot.page,
            spot.part,
            spot.offset,
            round(spot.top * FINE),
            round(spot.bottom * FINE),
            [round(edge * FINE) for edge in spot.edges],
        ]
        for spot in spots
    ]


def page_rows(pages: Iterable[Page]) -> list[list[float]]:
    """Each page as [width, height]."""
    return [[round(page.width, 2), round(page.height, 2)] for page in pages]


def document_of(text: ReportText) -> Document:
    """The document that an imported report was compiled from, as far as its row keeps it."""
    return Document(
        text.name,
        text.format,
        text.text,
        text.digest,
        tuple(_spot(row) for row in text.spots),
        tuple(Page(*row) for row in text.pages),
    )


def _spot(row: Sequence[object]) -> Spot:
    *whole, top, bottom, edges = row
    start, end, page, part, offset = (int(str(number)) for number in whole)
    assert isinstance(edges, list)
    return Spot(
        start,
        end,
        page,
        part,
        offset,
        int(str(top)) / FINE,
        int(str(bottom)) / FINE,
        tuple(int(edge) / FINE for edge in edges),
    )
