"""The invented city 青石市 (tiny_city) and a way to spoil a copy of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
Edit = Callable[[str, str, str], Path]


@pytest.fixture
def tiny_city() -> Path:
    """The sound catalog; not to be written to."""
    return HERE / "tiny_city"


@pytest.fixture
def lvliang() -> Path:
    """The catalog of Lüliang as it is shipped."""
    return ROOT / "catalog" / "lvliang"


@pytest.fixture
def copy(tmp_path: Path, tiny_city: Path) -> Path:
    """A copy of the sound catalog that a test may spoil."""
    return Path(shutil.copytree(tiny_city, tmp_path / "city"))


@pytest.fixture
def edit(copy: Path) -> Edit:
    """Replace one passage, which must stand exactly once, in one file of the copy."""

    def replace(file: str, old: str, new: str) -> Path:
        path = copy / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return copy

    return replace
