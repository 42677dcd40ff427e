"""A case is proved to somebody who has a published checkpoint, the public key and a short script; nothing doctored passes."""

import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import Refusal
from bihuan.kernel.ledger.chain import digest
from bihuan.kernel.ledger.keys import public_text, signing_key
from bihuan.kernel.ledger.merkle import Head, leaf, path_of, root_from, root_of
from bihuan.kernel.ledger.proofs import prove
from bihuan.kernel.ledger.seals import document_of, file_of, seal
from tests.cast import Cast

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify_proof.py"
OTHER_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"  # of RFC 8032
Document = dict[str, Any]


@pytest.fixture
def task(cast: Cast) -> Case:
    """A case with a past, among others, in a sealed ledger."""
    task = cast.claimed()
    seal(at=cast.now, algorithm=algorithm())
    return task


def verdict(folder: Path, proof: Document, published: Document, key: str = "") -> tuple[int, str]:
    """What the script says, run as a stranger would."""
    for name, value in (("proof", proof), ("checkpoint", published)):
        (folder / f"{name}.json").write_bytes(file_of(value))
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, folder / "proof.json", "--checkpoint",
         folder / "checkpoint.json", "--public-key", key or public_text(signing_key())],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_good_proof_holds(cast: Cast, task: Case, tmp_path: Path) -> None:
    proof = prove(task.number)
    code, said = verdict(tmp_path, proof, proof["checkpoint"])  # type: ignore[arg-type]
    assert (code, said) == (0, f"holds: {task.number}, {task.seq} events, checkpoint 1\n")


def test_an_older_checkpoint_proves_what_it_sealed(cast: Cast, task: Case, tmp_path: Path) -> None:
    sealed = task.seq
    cast.does(task, "verify", cast.inspector, method="on_site", finding="属实")
    later = seal(at=cast.now, algorithm=algorithm())
    proof = prove(task.number, 1)
    assert len(proof["events"]) == sealed  # type: ignore[arg-type]
    assert verdict(tmp_path, proof, proof["checkpoint"])[0] == 0  # type: ignore[arg-type]
    code, said = verdict(tmp_path, proof, document_of(later))
    assert (code, "published checkpoint" in said) == (1, True)


def _edit(proof: Document, at: int, old: str, new: str) -> None:
    assert old in proof["events"][at]
    proof["events"][at] = proof["events"][at].replace(old, new)


DOCTORED: dict[str, tuple[Callable[[Document], object], str]] = {
    "an event changed": (lambda p: _edit(p, 2, "测试", "别人"), "does not follow"),
    "the last event changed": (lambda p: _edit(p, -1, "测试", "别人"), "path does not lead"),
    "an event in another spelling": (lambda p: _edit(p, 1, '","', '", "'), "canonical form"),
    "an event dropped": (lambda p: p["events"].pop(1), "missing, added or moved"),
    "the last event dropped": (lambda p: p["events"].pop(), "path does not lead"),
    "all events dropped": (lambda p: p["events"].clear(), "no event"),
    "two events exchanged": (lambda p: p["events"].insert(1, p["events"].pop(2)), "missing, added or moved"),
    "a longer path": (lambda p: p["path"].append("00" * 32), "too long"),
    "a shorter path": (lambda p: p["path"].pop(), "too short"),
    "another place in the tree": (lambda p: p.update(index=p["index"] ^ 1), "path does not lead"),
}  # fmt: skip


@pytest.mark.parametrize("what", DOCTORED)
def test_a_doctored_proof_does_not_hold(task: Case, tmp_path: Path, what: str) -> None:
    proof = prove(task.number)
    published = json.loads(json.dumps(proof["checkpoint"]))
    doctor, why = DOCTORED[what]
    doctor(proof)
    code, said = verdict(tmp_path, proof, published)
    assert (code, why in said) == (1, True), said


def test_the_path_of_another_case_does_not_hold(task: Case, tmp_path: Path) -> None:
    assert task.parent is not None
    proof, other = prove(task.number), prove(task.parent.number)
    doctored = proof | {"path": other["path"], "index": other["index"]}
    code, said = verdict(tmp_path, doctored, proof["checkpoint"])  # type: ignore[arg-type]
    assert (code, "path does not lead" in said) == (1, True)


@pytest.mark.parametrize(("name", "value", "why"), [
    ("root", "0" * 64, "signature of the checkpoint is false"),
    ("streams", 3, "signature of the checkpoint is false"),
    ("signature", "0" * 128, "signature of the checkpoint is false"),
    ("key", "0" * 16, "another key"),
])  # fmt: skip
def test_a_forged_checkpoint_does_not_hold(
    task: Case, tmp_path: Path, name: str, value: object, why: str
) -> None:
    proof = prove(task.number)
    proof["checkpoint"] = forged = proof["checkpoint"] | {name: value}  # type: ignore[operator]
    code, said = verdict(tmp_path, proof, forged)
    assert (code, why in said) == (1, True)


def test_another_public_key_does_not_hold(task: Case, tmp_path: Path) -> None:
    proof = prove(task.number)
    code, said = verdict(tmp_path, proof, proof["checkpoint"], OTHER_KEY)  # type: ignore[arg-type]
    assert (code, "another key" in said) == (1, True)


def test_what_is_not_sealed_yet_cannot_be_proved(cast: Cast, task: Case) -> None:
    with pytest.raises(Refusal, match="还不存在"):
        prove(cast.commitment().number)
    with pytest.raises(Refusal, match="还没有这个封存点"):
        prove(task.number, 7)


@given(data=st.binary(max_size=200))
def test_the_scripts_own_sm3_is_sm3(data: bytes) -> None:
    assert _script()["sm3"](data).hex() == digest("sm3", data)


@given(count=st.integers(1, 70), data=st.data())
def test_every_leaf_leads_to_the_root_and_no_other(count: int, data: st.DataObject) -> None:
    leaves = [leaf("sm3", Head(f"RW{n}", n, "0")) for n in range(count)]
    index = data.draw(st.integers(0, count - 1))
    root, counted = root_of("sm3", leaves)
    assert (root, counted) == (_by_the_book(leaves), count)
    path = path_of("sm3", leaves, index)
    assert root_from("sm3", leaves[index], index, count, path) == root
    assert _script()["climb"]("sm3", leaves[index], index, count, path) == root
    other = data.draw(st.integers(0, count - 1))
    if other != index:
        assert root_from("sm3", leaves[index], other, count, path) != root


def _by_the_book(leaves: list[bytes]) -> bytes:
    """The tree hash as RFC 6962 section 2.1 defines it, recursively."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return bytes.fromhex(
        digest("sm3", b"\x01" + _by_the_book(leaves[:split]) + _by_the_book(leaves[split:]))
    )


_SCRIPT: dict[str, Any] = {}


def _script() -> dict[str, Any]:
    if not _SCRIPT:
        _SCRIPT.update(runpy.run_path(str(SCRIPT)))
    return _SCRIPT
