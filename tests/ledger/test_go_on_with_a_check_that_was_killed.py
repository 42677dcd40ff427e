"""A check that was interrupted goes on where it was and reports the same; with processes of its own it finds the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from bihuan.config.ledger import ledger
from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.cases.verify import Wanted, parts
from bihuan.kernel.ledger import verify
from bihuan.kernel.ledger.faults import Fault
from bihuan.kernel.ledger.parts import END, Journal, Step, run
from bihuan.kernel.ledger.seals import seal
from tests.cast import Cast
from tests.ledger.conftest import alter


class Killed(Exception):
    """Stands for the end of the process between two steps."""


def two_altered(cast: Cast) -> None:
    """Two cases, sealed, and an event of each changed."""
    first, second = cast.claimed(), cast.draft()
    seal(at=cast.now, algorithm=algorithm())
    for task in (first, second):
        alter("UPDATE ledger_event SET unit = 'x' WHERE stream = %s AND seq = 2", task.number)


@pytest.fixture
def altered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A ledger in which two cases were altered, checked one stream after the other."""
    monkeypatch.setattr(verify, "RANGE", 1)
    two_altered(cast)
    return cast


def test_an_interrupted_run_goes_on_and_finds_the_same(altered: Cast, tmp_path: Path) -> None:
    wanted = Wanted(every_seal=True)
    steps: list[str] = []
    whole = list(run(parts(altered.now, wanted), None, lambda part, step: steps.append(part)))
    assert len({fault.stream for fault in whole}) == 2
    path = tmp_path / "verify.json"
    for killed_after in range(1, len(steps) + 1):
        list(_until_killed(run_kept(altered, wanted, Journal(path=path), killed_after)))
        kept = Journal.read(path)
        assert kept is not None
        left: list[str] = []
        again = run(parts(altered.now, wanted), kept, lambda part, step: left.append(part))  # noqa: B023
        assert list(again) == whole
        assert killed_after + len(left) <= len(steps) + 1  # an empty last range may come again
        assert not path.exists()


def run_kept(cast: Cast, wanted: Wanted, journal: Journal, killed_after: int) -> Iterator[Fault]:
    """A run that dies after so many steps."""
    left = iter(range(killed_after - 1, -1, -1))

    def die(part: str, step: Step) -> None:
        if next(left) == 0:
            raise Killed

    return run(parts(cast.now, wanted), journal, die)


def _until_killed(faults: Iterator[Fault]) -> Iterator[Fault]:
    with pytest.raises(Killed):
        yield from faults


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 0}', '{"format": 1, "faults": [7]}'])
def test_a_journal_that_cannot_be_used_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "verify.json"
    assert Journal.read(path) is None
    path.write_text(text)
    assert Journal.read(path) is None


def test_two_processes_find_what_one_finds(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "RANGE", 1)
    two_altered(committed)
    alone = list(run(parts(committed.now)))
    assert len({fault.stream for fault in alone}) == 2
    assert list(run(parts(committed.now, Wanted(workers=2)))) == alone


def test_the_command_finds_prints_and_counts(
    altered: Cast, capsys: pytest.CaptureFixture[str], settings: Settings, tmp_path: Path
) -> None:
    settings.VAR = tmp_path
    assert ledger(["verify", "--chain", "--workers", "0"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("#")[2][:11] for line in lines[:-1]] == ["2 [changed]"] * 2
    assert lines[-1].endswith(": 2 faults")
    assert not (tmp_path / "verify.json").exists()


def test_the_command_goes_on_only_when_told(
    altered: Cast, capsys: pytest.CaptureFixture[str], settings: Settings, tmp_path: Path
) -> None:
    settings.VAR = tmp_path
    kind = "chain=True every_seal=False against="
    kept = Journal(tmp_path / "verify.json", ["chain"], "seals", END, 1, [], {"kind": kind})
    kept.about["started_at"] = "2023-03-01"
    kept.write()
    assert ledger(["verify", "--chain", "--workers", "0", "--resume"]) == 0  # the chain was done
    assert "going on with the run of 2023-03-01" in capsys.readouterr().err
    kept.write()
    assert ledger(["verify", "--chain", "--workers", "0"]) == 1
    assert "an unfinished run is dropped" in capsys.readouterr().err
