"""Units named in a clause and units whose duties (职责) fit it, each with the words that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.compiler.finder import Finder
from bihuan.compiler.model import Duty, Mention, Suggestion

MAX_ASSIST = 3


@dataclass(frozen=True)
class Responsibility:
    """Units named, the lead suggested (牵头) and the assistants (配合)."""

    units: tuple[Mention, ...]
    lead: Suggestion | None
    assist: tuple[Suggestion, ...]


class DutyBook:
    """Knows the units by name, alias and the words of their duties."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self._order = {duty.unit: number for number, duty in enumerate(duties)}
        self._names = Finder(
            (word, Mention(duty.unit, duty.name))
            for duty in duties
            for word in (duty.name, *duty.aliases)
        )
        self._words = Finder((word, duty.unit) for duty in duties for word in duty.words)

    def responsible(
        self, text: str, section: tuple[str, ...] = (), advised: Sequence[Suggestion] = ()
    ) -> Responsibility:
        """Units named in the text come first, then what is `advised` from the past, then the units with the
        most, and the longest, duty words. A unit stands once, with every reason for it.
        """
        named = tuple(dict.fromkeys(m for _, found in self._names.find(text) for m in found))
        matched = self._matched(text) or self._matched("\n".join(section[-1:]))
        ranked = sorted(
            matched.items(),
            key=lambda item: (-sum(len(word) for word in item[1]), self._order[item[0]]),
        )
        suggestions = _merged(
            [Suggestion(unit.code, f"文中点名“{unit.name}”", (unit.name,)) for unit in named],
            advised,
            [
                Suggestion(unit, "职责词:" + "、".join(words), tuple(words))
                for unit, words in ranked
            ],
        )
        lead = suggestions[0] if suggestions else None
        return Responsibility(named, lead, tuple(suggestions[1 : 1 + MAX_ASSIST]))

    def _matched(self, text: str) -> dict[str, list[str]]:
        matched: dict[str, list[str]] = {}
        for word, units in self._words.find(text):
            for unit in units:
                words = matched.setdefault(unit, [])
                if word not in words:
                    words.append(word)
        return matched


def _merged(*reasons: Sequence[Suggestion]) -> list[Suggestion]:
    """One suggestion a unit, in the order of first mention; duty words also stand behind earlier reasons."""
    merged: dict[str, Suggestion] = {}
    for suggestion in (s for group in reasons for s in group):
        known = merged.get(suggestion.unit)
        if known is None:
            merged[suggestion.unit] = suggestion
        elif suggestion.why != known.why:
            words = dict.fromkeys((*known.words, *suggestion.words))
            why = f"{known.why};{suggestion.why}"
            merged[suggestion.unit] = Suggestion(suggestion.unit, why, tuple(words))
    return list(merged.values())
