"""Assembles in SQL the text that is hashed, byte for byte as `chain.event_text` does. Knows the table's columns, no model."""

from bihuan.kernel.ledger.chain import IN_ORDER, Algorithm

_INSTANT = """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00'"""
_NUMBERS = ("seq", "version")
# Read as they are hashed: an instant that Python cannot hold must not stop the check.
COLUMNS = (
    "stream", "seq", "action", "person", "person_name", "post", "unit", "matter", "version",
    "definition", "body", "prev", "hash",
)  # fmt: skip
SELECT_ROWS = f"SELECT {', '.join(COLUMNS)}, {_INSTANT} AS at FROM ledger_event"


def text_sql(algorithm: Algorithm) -> str:
    """The SQL expression of the hashed text of a row of ledger_event; NULL where a column holds no value."""
    fields = " || ".join(
        f"'{',' if n else ''}\"{name}\":' || {_value_sql(name)}" for n, name in enumerate(IN_ORDER)
    )
    return f"'[\"{algorithm}\",{{' || {fields} || '}}]'"


def _value_sql(name: str) -> str:
    if name == "content":
        return "body"
    if name == "at":
        return f"to_json({_INSTANT})::text"
    if name == "person":
        return "coalesce(person::text, 'null')"
    return f"{name}::text" if name in _NUMBERS else f"to_json({name}::text)::text"
