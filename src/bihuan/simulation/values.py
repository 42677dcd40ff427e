"""Random but plausible values for any form, by the type of its fields. Every text is marked as simulated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bihuan.kernel.matters.fields import FieldDefinition
from bihuan.simulation.dice import Dice

MARK = "（模拟）"
PURPOSE = "values"


@dataclass(frozen=True)
class Palette:
    """What the values are drawn from: the present day, and the codes that are in use."""

    today: date
    units: Sequence[str]
    posts: Sequence[str]
    regions: Sequence[str]


def fill(
    fields: Mapping[str, FieldDefinition],
    dice: Dice,
    palette: Palette,
    *,
    always: Sequence[str] = (),
    units: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, object]:
    """A value for each required field and each in `always`, and for about half of the others; no files.

    `units` narrows the choice of a unit field to units that can do the work.
    """
    found: dict[str, object] = {}
    for name, field in fields.items():
        if field.type == "files":
            continue
        if field.required or name in always or dice.happens(PURPOSE, 0.5):
            choice = units.get(name) if units else None
            found[name] = value_for(field, dice, palette, choice or palette.units)
    return found


def value_for(field: FieldDefinition, dice: Dice, palette: Palette, units: Sequence[str]) -> object:
    """One value that fits the field."""
    if field.type in ("text", "longtext"):
        return words(field, dice)
    if field.type in ("integer", "number"):
        return _number(field, dice)
    if field.type == "date":
        return (palette.today + timedelta(days=dice.between(PURPOSE, 3, 60))).isoformat()
    if field.type == "boolean":
        return dice.happens(PURPOSE, 0.5)
    if field.type == "choice":
        return dice.one(PURPOSE, sorted(field.choices))
    if field.type == "rows":
        return _rows(field, dice, palette)
    return _code(field, dice, palette, units)


def words(field: FieldDefinition, dice: Dice) -> str:
    """A short text that says what it is, and that it is simulated; cut to the field's length."""
    number = dice.between(PURPOSE, 1, 9999)
    if field.max is not None and field.max < len(field.label) + len(MARK) + 4:
        return f"{number}"[: field.max]
    return f"{field.label}{number}{MARK}"


def _number(field: FieldDefinition, dice: Dice) -> object:
    least = 1 if field.min is None else field.min
    most = least + 20 if field.max is None else min(field.max, least + 20)
    whole = dice.between(PURPOSE, least, max(least, most))
    if field.type == "integer":
        return whole
    tenths = dice.between(PURPOSE, 0, 9) if whole < most else 0
    return str(Decimal(whole) + Decimal(tenths) / 10)


def _rows(field: FieldDefinition, dice: Dice, palette: Palette) -> list[object]:
    count = dice.between(PURPOSE, 1, min(3, field.max or 3))
    return [fill(field.fields, dice, palette) for _ in range(count)]


def _code(field: FieldDefinition, dice: Dice, palette: Palette, units: Sequence[str]) -> object:
    if field.type == "units":
        most = min(3, field.max or 3, len(units))
        return sorted(dice.of(PURPOSE).sample(list(units), dice.between(PURPOSE, 1, most)))
    pools = {"unit": units, "post": palette.posts, "region": palette.regions}
    pool = pools[field.type]
    return dice.one(PURPOSE, pool) if pool else None


def spoiled(
    fields: Mapping[str, FieldDefinition], given: Mapping[str, object], dice: Dice
) -> dict[str, object]:
    """The form as a careless person hands it in: one thing missing, too long, of the wrong kind, or made up."""
    worse = dict(given)
    way = dice.one("habits", ("missing", "missing", "empty", "stranger", "wrong", "long"))
    name = dice.one("habits", sorted(fields)) if fields else ""
    if way == "stranger" or not name:
        worse["nothing_like_it"] = MARK
    elif way == "missing":
        worse.pop(name, None)
    elif way == "empty":
        worse = dict.fromkeys(worse)
    elif way == "long" and fields[name].type in ("text", "longtext"):
        worse[name] = "长" * ((fields[name].max or 4000) + 1)
    else:
        worse[name] = {"不": "对"}
    return worse


def tiny_pdf(text: str) -> bytes:
    """A PDF of one empty page whose bytes depend on the text alone."""
    mark = text.encode().hex()
    return (
        f"%PDF-1.4\n%{mark}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
        "trailer<</Root 1 0 R>>\n%%EOF\n"
    ).encode("ascii")
