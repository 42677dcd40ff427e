"""Whatever happens to one line of a catalog, the reader answers with a city or with problems, never with a crash."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bihuan.kernel.catalog.load import load_city
from bihuan.kernel.errors import CatalogError

TINY = Path(__file__).parent / "tiny_city"
FILES = sorted(path.relative_to(TINY).as_posix() for path in TINY.rglob("*.yaml"))
VALUES = ["", "[]", "{}", "null", "-1", "true", "x", "[[a]]", "*a", "&a b", "!!set {}", "0x7f", "2023-13-01"]  # fmt: skip


@st.composite
def damages(draw: st.DrawFn) -> tuple[str, int, str]:
    """A file, a line of it, and what the line becomes (a line feed at the end where it stays)."""
    file = draw(st.sampled_from(FILES))
    lines = (TINY / file).read_text(encoding="utf-8").splitlines(keepends=True)
    index = draw(st.integers(0, len(lines) - 1))
    line = lines[index]
    key = line.partition(":")[0]
    new = draw(
        st.one_of(
            st.just(""),
            st.just(line + line),
            st.sampled_from(VALUES).map(lambda value: f"{key}: {value}\n"),
            st.integers(0, len(line)).map(lambda at: line[:at] + "\n"),
            st.integers(0, 9).map(lambda depth: " " * depth + line.lstrip()),
            st.text(max_size=12).map(lambda text: line[: len(line) // 2] + text + "\n"),
        )
    )
    return file, index, new


@settings(max_examples=250, deadline=None)
@example(("units.yaml", 0, "\ud800"))
@given(damages())
def test_any_damaged_line_gives_a_city_or_problems_with_file_and_line(
    damage: tuple[str, int, str],
) -> None:
    file, index, new = damage
    with tempfile.TemporaryDirectory() as folder:
        city = Path(shutil.copytree(TINY, Path(folder) / "city"))
        lines = (city / file).read_text(encoding="utf-8").splitlines(keepends=True)
        lines[index] = new
        (city / file).write_bytes("".join(lines).encode("utf-8", "surrogatepass"))
        try:
            load_city(city)
        except CatalogError as error:
            _require_places(error, city)


def _require_places(error: CatalogError, city: Path) -> None:
    assert error.problems
    for problem in error.problems:
        text = (city / problem.file).read_text(encoding="utf-8", errors="replace")
        assert 1 <= problem.line <= text.count("\n") + 1, str(problem)
        assert problem.message
