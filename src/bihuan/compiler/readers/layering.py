"""Builds a text layer piece by piece, so that every kept code point knows where it came from."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.compiler.model import Diagnostic, Layer, Page, Spot


class LayerBuilder:
    """Appends text: what the file says (with its place), and what the reader adds of its own."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._spots: list[Spot] = []
        self.length = 0

    def own(self, text: str) -> None:
        """Adds text of the reader's own, such as line ends and heading marks; it has no place."""
        self._parts.append(text)
        self.length += len(text)

    def keep(
        self,
        text: str,
        *,
        page: int = 0,
        part: int = 0,
        offset: int = 0,
        box: tuple[float, float] = (0.0, 0.0),
        edges: Sequence[float] = (),
    ) -> None:
        """Adds text that stands in the file at `part` and `offset`, between the heights of `box`."""
        if not text:
            return
        spot = Spot(
            self.length, self.length + len(text), page, part, offset, box[0], box[1], tuple(edges)
        )
        if not self._extends(spot):
            self._spots.append(spot)
        self.own(text)

    def _extends(self, spot: Spot) -> bool:
        """Joins a piece to the one before where both are one stretch of the same part."""
        if not self._spots or spot.edges or self._spots[-1].edges or spot.page:
            return False
        last = self._spots[-1]
        follows = last.end == spot.start and last.part == spot.part
        if not follows or last.offset + last.end - last.start != spot.offset:
            return False
        self._spots[-1] = Spot(last.start, spot.end, last.page, last.part, last.offset)
        return True

    def break_line(self) -> None:
        """Begins a new line, unless nothing was written yet."""
        if self._parts:
            self.own("\n")

    def layer(self, pages: Sequence[Page] = (), notes: Sequence[Diagnostic] = ()) -> Layer:
        """The finished layer."""
        return Layer("".join(self._parts), tuple(self._spots), tuple(pages), tuple(notes))
