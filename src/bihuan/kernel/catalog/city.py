"""The city as one frozen value: what the catalog says once it has been read and checked. No files here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Literal

from bihuan.kernel.calendar.workdays import DayOverride, WorkCalendar
from bihuan.kernel.catalog.appraisal import AppraisalFile
from bihuan.kernel.catalog.files import (
    CalendarFile,
    CityFile,
    DatedValue,
    Light,
    MergedUnit,
    Parameter,
    Post,
    Region,
    Role,
    Unit,
)
from bihuan.kernel.matters.definition import Matter


@dataclass(frozen=True)
class ParameterTable:
    """Dated numbers (参数); implements `facts.Parameters`. Days begin at midnight of the city."""

    table: Mapping[str, Parameter]
    zone: tzinfo

    def number(self, name: str, at: datetime) -> Decimal:
        """The value in force; KeyError for an unknown name, LookupError before its first value."""
        return self.dated(name, at).value

    def basis(self, name: str, at: datetime) -> str:
        """The document that sets the value in force; the same errors as `number`."""
        return self.dated(name, at).basis

    def dated(self, name: str, at: datetime) -> DatedValue:
        """The value in force at an aware instant, with its first day and its basis."""
        day = at.astimezone(self.zone).date()
        found = [value for value in self.table[name].values if value.since <= day]
        if not found:
            first = self.table[name].values[0].since
            raise LookupError(
                f"参数 {name} 自 {first} 起才有取值（{name} has no value before {first}）"
            )
        return found[-1]

    def __contains__(self, name: object) -> bool:
        return name in self.table

    def __iter__(self) -> Iterator[str]:
        return iter(self.table)


@dataclass(frozen=True)
class City:
    """A checked catalog: every code in it resolves. Mappings keep the order of the files, parents first."""

    info: CityFile
    regions: Mapping[str, Region]
    units: Mapping[str, Unit]
    roles: Mapping[str, Role]
    posts: Mapping[str, Post]
    matters: Mapping[str, Matter]
    parameters: ParameterTable
    lights: tuple[Light, ...]
    calendar: CalendarFile
    appraisal: AppraisalFile
    merged: Mapping[str, MergedUnit]  # units that are no more
    digest: str  # SHA-256, hex, of the names and bytes of all files

    @property
    def root(self) -> Unit:
        """The unit above all others: the city government."""
        return next(unit for unit in self.units.values() if not unit.parent)

    @property
    def calendar_overrides(self) -> Mapping[date, DayOverride]:
        """The days that the catalog decides over the library, each with its document."""
        return {e.date: DayOverride(e.kind, e.reason) for e in self.calendar.overrides}

    def work_calendar(self) -> WorkCalendar:
        """The working days and hours of this city; build it once, it remembers the days it met."""
        return WorkCalendar(
            timezone=self.info.timezone,
            hours=self.info.spans,
            overrides=self.calendar_overrides,
            years_given=frozenset(self.calendar.complete_years),
        )

    @property
    def digest_algorithm(self) -> Literal["sm3", "sha256"]:
        """What chains the ledger of this city."""
        return self.info.digest

    def named_unit(self, code: str) -> Unit | MergedUnit | None:
        """A unit of today or one that was merged away; None for a code that the catalog does not know."""
        return self.units.get(code) or self.merged.get(code)

    def ancestry(self, code: str) -> tuple[Unit, ...]:
        """The unit and all above it, root first; KeyError for an unknown code."""
        path = [self.units[code]]
        while path[-1].parent:
            path.append(self.units[path[-1].parent])
        return tuple(reversed(path))

    def unit_path(self, code: str) -> str:
        """Codes from the root down, each followed by a slash: `ll-gov/ll-edu/`."""
        return "".join(f"{unit.code}/" for unit in self.ancestry(code))

    def below(self, code: str) -> tuple[Unit, ...]:
        """The unit and all units under it, parents first."""
        prefix = self.unit_path(code)
        return tuple(u for u in self.units.values() if self.unit_path(u.code).startswith(prefix))

    def posts_of(self, unit: str) -> tuple[Post, ...]:
        """The posts of one unit, in the order of the file."""
        return tuple(post for post in self.posts.values() if post.unit == unit)

    def excluded_with(self, role: str) -> frozenset[str]:
        """Roles that a holder of this role may not hold too; holds both ways (三员分立)."""
        others = {key for key, other in self.roles.items() if role in other.excludes}
        return frozenset(others | set(self.roles[role].excludes))
