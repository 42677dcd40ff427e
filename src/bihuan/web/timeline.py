"""The history of a case (经过): every event in words, edits as old → new. Reads the ledger, changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bihuan.kernel.cases.models import Evidence
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import FieldDefinition, Json
from bihuan.kernel.matters.personal import QUIET
from bihuan.web.lines import action_label
from bihuan.web.personal import OWN_FORMS, own_values, with_masks
from bihuan.web.templatetags.shown import label, post_name
from bihuan.web.values import Shown, said, shown_values

NO_MASKS: Mapping[str, str] = {}
Written = tuple[Mapping[str, Json], Mapping[str, Json]]  # edits of the case, the action's own form


@dataclass(frozen=True)
class Change:
    """A field that an event wrote anew."""

    field: FieldDefinition
    old: str
    new: str
    shown: Shown


@dataclass(frozen=True)
class Entry:
    """One event: who in which post did what, and what came of it."""

    event: Event
    action: str
    who: str
    post: str
    state: str
    changes: tuple[Change, ...]
    given: tuple[Shown, ...]

    @property
    def line(self) -> str:
        """The event in one line."""
        return f"{self.who} {self.action}".strip()


def timeline(
    matter: Matter,
    events: Iterable[Event],
    files: Iterable[Evidence],
    masks: Mapping[str, str] = NO_MASKS,
) -> list[Entry]:
    """All events, newest first; the events come oldest first. `masks` says personal values by their ids."""
    by_event: dict[int, list[Evidence]] = {}
    for file in files:
        by_event.setdefault(file.seq, []).append(file)
    entries: list[Entry] = []
    data: dict[str, Json] = {}
    for event in events:
        edits = with_masks(event.content["edits"], masks)
        given = with_masks(event.content["given"], masks)
        written = (edits, own_values(matter, given) if event.action in QUIET else given)
        entries.append(_entry(matter, event, data, written, by_event.get(event.seq, [])))
        data = data | edits
    return entries[::-1]


def _entry(
    matter: Matter,
    event: Event,
    before: Mapping[str, Json],
    written: Written,
    files: list[Evidence],
) -> Entry:
    action = matter.actions.get(event.action)
    form = action.form if action else OWN_FORMS.get(event.action, {})
    edits, given = written
    moved = event.content["from"] != event.content["to"] and bool(event.content["from"])
    return Entry(
        event=event,
        action=action_label(event.matter, event.version, event.action),
        who=event.person_name,
        post=post_name(event.post),
        state=label(matter.states[str(event.content["to"])]) if moved else "",
        changes=_changes(matter, before, edits, files) if event.content["from"] else (),
        given=shown_values(form, given, files),
    )


def _changes(
    matter: Matter, before: Mapping[str, Json], edits: Mapping[str, Json], files: list[Evidence]
) -> tuple[Change, ...]:
    written = {
        name: field
        for name, field in matter.fields.items()
        if name in edits and edits[name] != before.get(name)
    }
    shown = {id(s.field): s for s in shown_values(written, edits, files)}
    return tuple(
        Change(
            field,
            said(field, before.get(name)),
            said(field, edits[name]),
            shown.get(id(field), Shown(field)),
        )
        for name, field in written.items()
    )
