"""Words that are looked for, as conditions in SQL on a case `c`. Knows what texts a search reads; asks nothing itself."""

from collections.abc import Iterable

from bihuan.kernel.cases.lanes import Where
from bihuan.kernel.cases.queries import matters_in_use
from bihuan.kernel.cases.tokens import RUN, folded, query_of


def longer(words: Iterable[str]) -> list[str]:
    """The words that are not told by a single token: their tokens may be scattered."""
    return [word for word in words if query_of(word) and not _is_one_token(word)]


def said(words: Iterable[str]) -> Iterable[Where]:
    """The same, said so that it can only be tried on a case at hand: the planner is to take no index for it."""
    for word in words:
        if query := query_of(word):
            tokens = Where("c.search @@ %s::tsquery", (query,))
            exact = tokens if _is_one_token(word) else _both(tokens, written(word))
            plain = f"%{_escaped(word)}%"
            yield Where(
                f"(c.title LIKE %s OR c.number LIKE %s OR {exact.sql})",
                (plain, plain, *exact.given),
            )


def written(word: str) -> Where:
    """The word as it is typed, else in folded form; folding in the database costs ten times as much."""
    named = sorted({name for matter in matters_in_use() for name in matter.search})
    fields = "".join(f", c.data->>'{name}'" for name in named)
    whole = f"lower(normalize(concat_ws(' ', c.number, c.title{fields}), NFKC))"
    return Where(
        f"(c.title LIKE %s OR {whole} LIKE %s)",
        (f"%{_escaped(word)}%", f"%{_escaped(folded(word))}%"),
    )


def _both(one: Where, other: Where) -> Where:
    return Where(f"({one.sql} AND {other.sql})", (*one.given, *other.given))


def _is_one_token(word: str) -> bool:
    """Two characters beside each other, or one: what the tokens alone can tell."""
    return len(word) <= 2 and bool(RUN.fullmatch(folded(word)))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
