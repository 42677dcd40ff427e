"""Runs the engine's own statements: raw, prepared once a connection, seen by whoever watches Django's queries.

The engine writes each move with one statement instead of a dozen through the models; `connection.execute_wrapper` and
the query log see these as they see any other.
"""

import re
import time
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from itertools import count
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

PREPARES = 5  # uses after which psycopg prepares by itself; ours are prepared at once
Row = tuple[Any, ...]
MARK = re.compile("%s|%%")


def run(text: str, parameters: Sequence[object] = ()) -> list[Row]:
    """Execute one statement on the current connection; its rows, none for a statement that returns none."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        execute = _execute
        for wrapper in reversed(connection.execute_wrappers):
            execute = partial(wrapper, execute)
        rows: list[Row] = execute(
            text, parameters, False, {"connection": connection, "cursor": None}
        )
    return rows


def copy_in(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Append rows to a table by COPY: for batches, where a statement a row would cost the most."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    text = command.as_string(None)

    def execute(text: str, parameters: object, many: bool, context: object) -> list[Row]:
        with psycopg.Cursor(connection.connection).copy(text.encode()) as copy:
            for row in rows:
                copy.write_row(row)
        return []

    with connection.wrap_database_errors:
        for wrapper in reversed(connection.execute_wrappers):
            execute = partial(wrapper, execute)
        execute(text, (), False, {"connection": connection, "cursor": None})


def _execute(text: str, parameters: Sequence[object], many: bool, context: object) -> list[Row]:
    began = time.monotonic() if connection.queries_logged else 0.0
    cursor = psycopg.RawCursor(connection.connection)
    if cursor.connection.prepare_threshold is None:
        cursor.connection.prepare_threshold = PREPARES  # Django turns preparing off
    cursor.execute(numbered_marks(text), parameters, prepare=True)
    if connection.queries_logged:
        spent = time.monotonic() - began
        connection.queries_log.append({"sql": text, "time": f"{spent:.3f}"})
    return cursor.fetchall() if cursor.description else []


@lru_cache(maxsize=256)
def numbered_marks(text: str) -> bytes:
    """A statement with $1, $2 … for its marks, as the server reads it; psycopg reads long ones anew at every use."""
    places = count(1)
    marked = MARK.sub(lambda found: "%" if found[0] == "%%" else f"${next(places)}", text)
    return marked.encode()
