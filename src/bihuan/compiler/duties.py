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

    def responsible(self, text: str, section: tuple[str, ...] = ()) -> Responsibility:
        """Named units come first; then the units with the most, and the longest, duty words."""
        named = tuple(dict.fromkeys(m for _, found in self._names.find(text) for m in found))
        matched = self._matched(text) or self._matched("\n".join(section[-1:]))
        ranked = sorted(
            matched.items(),
            key=lambda item: (-sum(len(word) for word in item[1]), self._order[item[0]]),
        )
        suggestions = [
            Suggestion(unit.code, f"文中点名“{unit.name}”", (unit.name,)) for unit in named
        ]
        known = {suggestion.unit for suggestion in suggestions}
        suggestions += [
            Suggestion(unit, "职责词:" + "、".join(words), tuple(words))
            for unit, words in ranked
            if unit not in known
        ]
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
