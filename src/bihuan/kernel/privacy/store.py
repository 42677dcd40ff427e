"""Reads of sealed values by case, and their destruction. The events that go with both are written by kernel.cases."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from bihuan.kernel.errors import N_
from bihuan.kernel.matters.fields import FieldDefinition, Json
from bihuan.kernel.matters.personal import SEALED, is_reference
from bihuan.kernel.privacy.masks import UNSAID
from bihuan.kernel.privacy.models import PersonalValue
from bihuan.kernel.privacy.sealing import lookup_of, open_value

ERASED = N_("已依法删除")


def save_rows(rows: Iterable[PersonalValue]) -> None:
    """Insert what was sealed, in the transaction of the event that refers to it."""
    fresh = list(rows)
    if fresh:
        PersonalValue.objects.bulk_create(fresh)


COLUMNS = {
    "id": "text", "stream": "text", "field": "text", "kind": "text", "key": "bytea", "nonce": "bytea",
    "ciphertext": "bytea", "tag": "text", "mask": "text", "lookup": "text", "sealed_at": "timestamptz",
}  # fmt: skip
INSERT = (
    f"INSERT INTO privacy_personalvalue ({', '.join(COLUMNS)}) "
    f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in COLUMNS.values())})"
)


def columns_of(rows: Sequence[PersonalValue]) -> list[list[object]]:
    """What `INSERT` asks for, so that sealed values go in with the statement of their event."""
    return [[getattr(row, name) for row in rows] for name in COLUMNS]


def references_in(values: Mapping[str, Json]) -> dict[str, str]:
    """Field → id of the sealed value that stands there."""
    return {name: str(v[SEALED]) for name, v in values.items() if is_reference(v)}


def masks_of(stream: str) -> dict[str, str]:
    """Id → mask of every personal value of a case; what was erased says so (`ERASED`)."""
    rows = PersonalValue.objects.filter(stream=stream).values_list("id", "mask", "erased_at")
    return {pk: (ERASED if erased else said) for pk, said, erased in rows}


def living_fields(stream: str) -> list[str]:
    """The fields of a case, or of its actions, that hold something which was not erased."""
    rows = PersonalValue.objects.filter(stream=stream, erased_at=None).order_by("field")
    return list(rows.distinct("field").values_list("field", flat=True))


def masked(values: Mapping[str, Json], masks: Mapping[str, str]) -> dict[str, Json]:
    """The values with each reference replaced by its mask: what lists, exports and the API may show."""
    return {
        name: masks.get(str(v[SEALED]), UNSAID) if is_reference(v) else v
        for name, v in values.items()
    }


def changed(
    fields: Mapping[str, FieldDefinition], edits: Mapping[str, Json], data: Mapping[str, Json]
) -> dict[str, Json]:
    """The edits without the personal ones that are blank, or that only give back the mask of what stands.

    Blank means untouched, since a form shows no clear value to send back; what must go is erased, not blanked.
    """
    held = references_in(data)
    kept: dict[str, Json] = {}
    for name, value in edits.items():
        if fields[name].personal and name in held:
            said = PersonalValue.objects.filter(pk=held[name], mask=value) if value else None
            if said is None or ("*" in str(value) and said.exists()):
                continue
        kept[name] = value
    return kept


def shown(stream: str, values: Mapping[str, Json]) -> dict[str, Json]:
    """The values of a case as anybody may see them; asks the database only where something is sealed."""
    return masked(values, masks_of(stream)) if references_in(values) else dict(values)


def opened(values: Mapping[str, Json]) -> dict[str, Json]:
    """The values in clear, in memory only: what is sealed anew where a case hands them on. Erased ones say so."""
    ids = set(references_in(values).values())
    if not ids:
        return dict(values)
    rows = {row.pk: row for row in PersonalValue.objects.filter(pk__in=ids)}
    return {
        name: (open_value(rows[str(v[SEALED])]) or ERASED) if is_reference(v) else v
        for name, v in values.items()
    }


def found(kind: str, value: str) -> QuerySet[PersonalValue]:
    """The sealed values that equal this one, in any case, oldest first."""
    rows = PersonalValue.objects.filter(lookup=lookup_of(kind, value), kind=kind)
    return rows.order_by("sealed_at", "pk")


def destroy(rows: QuerySet[PersonalValue], *, now: datetime) -> list[str]:
    """Destroy keys, ciphertexts, masks and lookups; returns the ids that were still there."""
    alive = list(rows.filter(erased_at=None).order_by("pk").values_list("pk", flat=True))
    PersonalValue.objects.filter(pk__in=alive).update(
        key=b"", nonce=b"", ciphertext=b"", mask="", lookup="", erased_at=now
    )
    return alive


def destroyed(row: PersonalValue) -> bool:
    """True where nothing is left that could give the value back."""
    left = (bytes(row.key), bytes(row.nonce), bytes(row.ciphertext), row.mask, row.lookup)
    return row.erased_at is not None and not any(left)
