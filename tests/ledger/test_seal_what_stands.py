"""A seal binds every stream: what is missing, late or rewritten afterwards shows, also when all was made anew by the owner."""

import stat
import threading
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.cases.verify import Wanted, parts
from bihuan.kernel.errors import Refusal
from bihuan.kernel.ledger import seals
from bihuan.kernel.ledger.keys import public_text, signing_key
from bihuan.kernel.ledger.models import Checkpoint, Event, SealedHead
from bihuan.kernel.ledger.parts import run
from bihuan.kernel.ledger.seals import document_of, heads_at, seal, sealed_heads
from tests.cast import Cast
from tests.ledger.conftest import alter, rewritten

Found = list[tuple[str, int, str]]


def sealed(cast: Cast) -> Checkpoint:
    """Seal all as it stands."""
    return seal(at=cast.now, algorithm=algorithm())


def found(cast: Cast, **wanted: object) -> Found:
    """What the chain part of the check finds."""
    asked = Wanted(chain_only=True, **wanted)  # type: ignore[arg-type]
    return [(fault.stream, fault.seq, fault.kind) for fault in run(parts(cast.now, asked))]


def test_the_sealed_heads_are_those_of_the_events(cast: Cast) -> None:
    task = cast.draft()
    first = sealed(cast)
    assert list(sealed_heads()) == list(heads_at(first.upto))
    cast.does(task, "issue", cast.planner)
    cast.commitment()
    second = sealed(cast)
    assert list(sealed_heads()) == list(heads_at(second.upto))
    assert (second.number, second.prev) == (2, first.hash)
    assert second.streams == first.streams + 2
    assert found(cast, every_seal=True) == []


def test_a_case_that_is_gone_from_every_table_is_named(cast: Cast) -> None:
    task = cast.draft()
    sealed(cast)
    alter("DELETE FROM ledger_event WHERE stream = %s", task.number)
    assert found(cast) == [(task.number, 1, "removed")]


def test_the_last_sealed_event_taken_away_is_named(cast: Cast) -> None:
    task = cast.draft()
    sealed(cast)
    alter("DELETE FROM ledger_event WHERE stream = %s AND seq = %s", task.number, task.seq)
    assert found(cast) == [(task.number, task.seq, "removed")]


def test_an_event_slipped_in_before_the_seal_is_named(cast: Cast) -> None:
    task = cast.draft()
    sealed(cast)
    late = cast.does(task, "issue", cast.planner)
    alter("UPDATE ledger_event SET id = -1 WHERE stream = %s AND seq = %s", task.number, late.seq)
    assert found(cast) == [(task.number, late.seq, "inserted")]


def test_a_chain_rewritten_to_its_end_is_named(cast: Cast) -> None:
    task = cast.draft()
    sealed(cast)
    rewritten(task)
    assert found(cast) == [(task.number, task.seq, "re-hashed")]


def test_everything_made_anew_shows_against_a_published_seal(cast: Cast) -> None:
    """The owner of database and key rewrites a case, drops all seals and seals again: only what was kept outside tells."""
    task = cast.draft()
    published = document_of(sealed(cast))
    assert found(cast, against=published) == []
    rewritten(task)
    alter("DELETE FROM ledger_checkpoint")
    SealedHead.objects.all().delete()
    sealed(cast)
    assert found(cast) == []
    assert found(cast, against=published) == [("seal", 1, "seal")] * 2


def test_a_case_rewritten_before_an_old_seal_shows_when_every_seal_is_asked_for(cast: Cast) -> None:
    task = cast.draft()
    sealed(cast)
    rewritten(task)
    SealedHead.objects.filter(stream=task.number).delete()
    moved = Event.objects.filter(stream=task.number).latest("seq")
    SealedHead.objects.create(stream=task.number, seq=moved.seq, head=moved.hash)
    sealed(cast)
    assert found(cast) == []
    assert found(cast, every_seal=True) == [("seal", 1, "seal")]


@pytest.mark.parametrize("change", [
    "at = at + interval '1 day'", "upto = upto - 1", "streams = 1", "root = repeat('0', 64)",
    "prev = repeat('0', 64)", "public_key = repeat('0', 64)", "public_key = 'x'",
    "signature = repeat('0', 128)", "hash = repeat('0', 64)", "number = 7", "algorithm = 'sha256'",
])  # fmt: skip
def test_a_changed_seal_is_named(cast: Cast, change: str) -> None:
    cast.draft()
    sealed(cast)
    alter(f"UPDATE ledger_checkpoint SET {change}")
    assert "seal" in {kind for _, _, kind in found(cast)}


def test_a_seal_taken_away_is_named(cast: Cast) -> None:
    for _ in range(3):
        cast.draft()
        sealed(cast)
    alter("DELETE FROM ledger_checkpoint WHERE number = 2")
    assert ("seal", 2, "seal") in found(cast)


def test_a_changed_sealed_head_does_not_give_the_signed_root(cast: Cast) -> None:
    task = cast.draft()
    sealed(cast)
    SealedHead.objects.filter(stream=task.number).delete()
    assert ("seal", 1, "seal") in found(cast)


def test_a_forged_published_file_is_named(cast: Cast) -> None:
    cast.draft()
    published = document_of(sealed(cast))
    assert found(cast, against=published | {"streams": 1}) == [("seal", 1, "seal")] * 2


def test_the_key_is_made_once_and_is_private(settings: Settings, tmp_path: Path) -> None:
    settings.BIHUAN_LEDGER_KEY = tmp_path / "below" / "key"
    assert public_text(signing_key()) == public_text(signing_key())
    assert stat.S_IMODE(settings.BIHUAN_LEDGER_KEY.stat().st_mode) == 0o600
    settings.BIHUAN_LEDGER_KEY.chmod(0o640)
    with pytest.raises(Refusal, match="能被别人读到"):
        signing_key()
    settings.BIHUAN_LEDGER_KEY.chmod(0o600)
    settings.BIHUAN_LEDGER_KEY.write_text("no key")
    with pytest.raises(Refusal, match="不是 Ed25519 私钥"):
        signing_key()


def test_a_seal_waits_for_who_is_writing(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event with a smaller id may not appear after the seal: so nobody may be writing while its end is read."""
    committed.draft()
    writing, done = threading.Event(), threading.Event()

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO ledger_event (stream, seq, at, action, person_name, post, unit, matter,"
                " version, definition, body, prev, hash) SELECT 'posts', max(seq) + 1, max(at),"
                " 'x', '', '', '', '', 0, '', '{}', '', '' FROM ledger_event WHERE stream = 'posts'"
            )
            writing.set()
            done.wait(30)
            cursor.execute("ROLLBACK")
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert writing.wait(30)
    monkeypatch.setattr(seals, "PATIENCE", "100ms")
    with pytest.raises(Refusal, match="大批写入"):
        sealed(committed)
    done.set()
    writer.join()
    assert sealed(committed).number == 1
    assert found(committed) == []
