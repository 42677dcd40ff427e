"""`bihuan ledger verify|seal|prove|key`: reads its words, calls the kernel, shows how far it is. Checks nothing itself."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bihuan.config.installation import say
from bihuan.config.serve import database_in_use
from bihuan.kernel.ledger.parts import Journal, Step, once, run

BAR = 30


def ledger(words: list[str]) -> int:
    """One of the verbs; exit code 1 where something does not agree or is refused, 2 where a file cannot be read."""
    import django

    given = _parser().parse_args(words)
    django.setup()
    from bihuan.kernel.errors import Refusal

    verb: Callable[[argparse.Namespace], int] = given.run
    try:
        with database_in_use():
            return verb(given)
    except Refusal as refusal:
        say(str(refusal))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bihuan ledger")
    verbs = parser.add_subparsers(required=True, metavar="verify|seal|prove|key")
    verify = verbs.add_parser("verify", help="check everything; one line a fault")
    verify.add_argument("--chain", action="store_true", help="chains and seals alone")
    verify.add_argument("--every-seal", action="store_true", help="recompute every seal")
    verify.add_argument("--against", type=Path, metavar="FILE", help="a published checkpoint")
    verify.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    again = verify.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="go on with a run that was killed")
    again.add_argument("--fresh", action="store_true", help="start anew (the default)")
    verify.set_defaults(run=_verify)
    seal = verbs.add_parser("seal", help="seal all heads in a signed checkpoint")
    seal.add_argument("--out", type=Path, metavar="FILE", help="write the file to be published")
    seal.set_defaults(run=_seal)
    prove = verbs.add_parser("prove", help="print the proof of one case")
    prove.add_argument("number")
    prove.add_argument("--checkpoint", type=int, metavar="N", help="default: the newest")
    prove.set_defaults(run=_prove)
    key = verbs.add_parser("key", help="print the public key that signs checkpoints")
    key.set_defaults(run=_key)
    return parser


def _seal(given: argparse.Namespace) -> int:
    from bihuan.kernel.cases.city import algorithm
    from bihuan.kernel.ledger.seals import document_of, file_of, seal

    checkpoint = seal(at=_now(), algorithm=algorithm())
    say(
        f"checkpoint {checkpoint.number}: {checkpoint.streams} streams "
        f"up to event {checkpoint.upto}, root {checkpoint.root}"
    )
    if given.out:
        given.out.write_bytes(file_of(document_of(checkpoint)))
        say(f"written to {given.out}: publish it outside this installation")
    return 0


def _prove(given: argparse.Namespace) -> int:
    from bihuan.kernel.ledger.proofs import prove
    from bihuan.kernel.ledger.seals import file_of

    sys.stdout.write(file_of(prove(given.number, given.checkpoint)).decode())
    return 0


def _key(given: argparse.Namespace) -> int:
    from bihuan.kernel.ledger.keys import key_id, public_text, signing_key

    public = public_text(signing_key())
    sys.stdout.write(f"{public}\n")
    say(f"key {key_id(public)}")
    return 0


def _verify(given: argparse.Namespace) -> int:
    from bihuan.kernel.appraisal.verify import verify_snapshots
    from bihuan.kernel.cases.models import Case
    from bihuan.kernel.cases.verify import Wanted, parts
    from bihuan.kernel.ledger.models import Event
    from bihuan.plan.verify import verify_texts

    against = _published(given.against) if given.against else None
    if given.against and against is None:
        say(f"{given.against} is no checkpoint file")
        return 2
    now = _now()
    wanted = Wanted(max(0, given.workers), given.chain, given.every_seal, against)
    pieces = parts(now, wanted)
    if not given.chain:
        pieces["texts"] = once(verify_texts)
        pieces["months"] = once(verify_snapshots)
    faults = 0
    for fault in run(pieces, _journal(given, now), _show if sys.stderr.isatty() else None):
        faults += 1
        sys.stdout.write(f"{fault}\n")
        sys.stdout.flush()
    events, cases = Event.objects.count(), Case.objects.count()
    verdict = "all agree" if not faults else f"{faults} faults"
    sys.stdout.write(f"{events} events, {cases} cases: {verdict}\n")
    return 1 if faults else 0


def _published(path: Path) -> dict[str, Any] | None:
    """A checkpoint file; None where it is none."""
    from bihuan.kernel.ledger.seals import FORMAT

    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        is_one = document["format"] == FORMAT and {"number", "root", "upto"} <= document.keys()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return document if is_one else None


def _journal(given: argparse.Namespace, now: datetime) -> Journal:
    """Where progress is kept; with --resume, an unfinished run of the same kind."""
    from django.conf import settings
    from django.db.models import Max

    from bihuan.kernel.ledger.models import Event

    path = Path(settings.VAR) / "verify.json"
    upto = Event.objects.aggregate(last=Max("id"))["last"] or 0
    kind = f"chain={given.chain} every_seal={given.every_seal} against={given.against or ''}"
    about = {"kind": kind, "started_at": now.isoformat(), "upto": str(upto)}
    known = Journal.read(path)
    if given.resume:
        if known and known.about.get("kind") == kind:
            say(f"going on with the run of {known.about['started_at']}, part {known.part}")
            return known
        say("no unfinished run of this kind: starting anew")
    elif known:
        say("an unfinished run is dropped; --resume would have gone on with it")
    return Journal(path=path, about=about)


def _show(part: str, step: Step) -> None:
    """One line on the terminal, rewritten with every step."""
    full = BAR * step.done // step.total if step.total else BAR
    bar = "█" * full + "░" * (BAR - full)
    sys.stderr.write(f"\r\033[K{part:<12} {bar} {step.done}/{step.total}")
    sys.stderr.write("\n" if step.done >= step.total else "")
    sys.stderr.flush()


def _now() -> datetime:
    from bihuan.web.clock import shift

    return datetime.now(UTC) + shift()
