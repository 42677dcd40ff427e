"""Bugs to plant in the engine, each as a change that monkeypatch can undo. What must be caught, and by which invariant."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import transaction

from bihuan.kernel.cases import engine, moves, permissions, project, succession, write
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.project import Projection
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters import runs
from bihuan.kernel.matters.facts import Moved
from bihuan.kernel.matters.runs import Run, Timer
from bihuan.simulation import doors

Plant = Callable[[pytest.MonkeyPatch], None]


def a_guard_is_dropped(patch: pytest.MonkeyPatch) -> None:
    """No rule is asked."""
    patch.setattr(moves, "ask_guards", lambda action, facts: None)


def a_clock_is_not_restarted(patch: pytest.MonkeyPatch) -> None:
    """A run goes on after the case was sent back, in the engine and in its replay alike."""
    outcome = Timer._outcome

    def without(self: Timer, run: Run, event: Moved) -> Any:
        return None if event.action in ("return", "unhappy", "redo") else outcome(self, run, event)

    start = Timer.see

    def see(self: Timer, event: Moved) -> None:
        if event.action not in ("answer", "call_back"):
            start(self, event)

    patch.setattr(Timer, "_outcome", without)
    patch.setattr(Timer, "see", see)


def an_event_is_written_after_the_commit(patch: pytest.MonkeyPatch) -> None:
    """The case moves now, its event follows once the transaction is through."""

    def late(case: Case, event: Event, rows: Projection) -> None:
        values = write._case_values(case, write.MOVING)
        write._run([(write.MOVED, (*values, case.pk)), *write._projected(case, event, rows)])
        transaction.on_commit(lambda: event.save(force_insert=True))

    patch.setattr(moves, "write_move", late)


def a_verifier_may_be_the_handler(patch: pytest.MonkeyPatch) -> None:
    """Nobody has to keep away."""
    patch.setattr(permissions, "must_keep_away", lambda action, actor, data, paths: False)


def a_double_submit_counts_twice(patch: pytest.MonkeyPatch) -> None:
    """Idempotency keys are forgotten."""
    patch.setattr(engine, "first_answer", lambda *asked, **more: None)
    patch.setattr(engine, "receipt_for", lambda *asked, **more: None)


def a_stale_page_is_taken(patch: pytest.MonkeyPatch) -> None:
    """The page's sequence number is not compared."""
    act = engine.act

    def careless(*args: Any, expect: int | None = None, **more: Any) -> Case:
        return act(*args, **more)

    patch.setattr(doors, "act", careless)


def the_lock_is_dropped(patch: pytest.MonkeyPatch) -> None:
    """The case is read, but not locked."""
    patch.setattr(moves, "LOCK", moves.LOCK.replace(" FOR NO KEY UPDATE", ""))


def a_notice_is_missing(patch: pytest.MonkeyPatch) -> None:
    """Only the first of several units is told."""
    told = project.told_of
    patch.setattr(project, "told_of", lambda action, data, unit: told(action, data, unit)[:1])


def an_extension_moves_nothing(patch: pytest.MonkeyPatch) -> None:
    """The extension is granted and the clock stays, in the engine and in its replay alike."""
    patch.setattr(runs.Timer, "_extension", lambda self, event: 0)


def a_join_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """All parts have ended and the whole waits on."""
    patch.setattr(moves, "_join", lambda case, matter, now, units: None)


def a_missed_clock_has_no_consequence(patch: pytest.MonkeyPatch) -> None:
    """The worker refreshes the clocks and takes no action."""
    patch.setattr(moves, "missed_actions", lambda *facts: ())


def what_must_be_filled_in_is_not_asked(patch: pytest.MonkeyPatch) -> None:
    """A form is taken as it comes."""
    patch.setattr(moves, "require_filled", lambda matter, data, names: None)


def a_clock_set_back_is_believed(patch: pytest.MonkeyPatch) -> None:
    """The instant of a call is taken as it is, however old."""
    patch.setattr(engine, "max", lambda now, moved_at: now, raising=False)


def a_desk_is_not_cleared(patch: pytest.MonkeyPatch) -> None:
    """A case stays on the desk of a unit that has no more part in it."""

    def kept(into: Projection, matter: Any, case: Case, before: set[str]) -> None:
        tidy(into, matter, case, before)
        into.desks_gone = []

    tidy = project.project_desks
    patch.setattr(project, "project_desks", kept)


def a_role_is_not_asked(patch: pytest.MonkeyPatch) -> None:
    """Whoever is not barred may act."""
    patch.setattr(permissions, "is_granted", lambda grant, actor, data, paths: True)
    patch.setattr(engine, "is_granted", lambda grant, actor, data, paths: True)


def a_merger_leaves_an_orphan(patch: pytest.MonkeyPatch) -> None:
    """The unit is gone and its cases stay behind."""
    patch.setattr(succession, "_carry_over", lambda *case: None)


def a_telling_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Whoever is outside is not told."""
    projected = write._projected

    def without(case: Case, event: Event, rows: Projection) -> Any:
        rows.tells = False
        return projected(case, event, rows)

    patch.setattr(write, "_projected", without)


TOLD: Mapping[Plant, set[str]] = {
    a_telling_is_forgotten: {"tellings"},
}
PLANTED: Mapping[Plant, set[str]] = {
    a_guard_is_dropped: {"guard"},
    a_clock_is_not_restarted: {"fresh_clock"},
    an_event_is_written_after_the_commit: {
        "chain",
        "row",
        "clocks",
        "nothing_written",
        "once",
        "no_error",
    },
    a_verifier_may_be_the_handler: {"kept_away"},
    a_double_submit_counts_twice: {"once", "nothing_written", "idempotent"},
    a_stale_page_is_taken: {"once"},
    the_lock_is_dropped: {"no_error", "row_lock"},
    a_notice_is_missing: {"notices"},
    an_extension_moves_nothing: {"extended"},
    a_join_is_forgotten: {"joined"},
    a_missed_clock_has_no_consequence: {"owed"},
    what_must_be_filled_in_is_not_asked: {"required", "row", "no_error", "owner"},
    a_clock_set_back_is_believed: {"time_forward"},
    a_desk_is_not_cleared: {"desks"},
    a_role_is_not_asked: {"permission"},
    a_merger_leaves_an_orphan: {"carried_over"},
}
