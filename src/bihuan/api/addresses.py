"""How case numbers and matters are written in addresses: what cannot be one never reaches a view."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class CaseNumber(StringConverter):
    """A number such as RW2023-00017 (编号)."""

    regex = "[A-Z]{2,4}[0-9]{4}-[0-9]{5,9}"


class MatterKey(StringConverter):
    """A matter's key such as plan.task (事项代号)."""

    regex = r"[a-z]{1,30}(?:\.[a-z_]{1,30}){1,3}"


def register() -> None:
    """Make both known to Django's routes; before the first route that uses them."""
    register_converter(CaseNumber, "case_number")
    register_converter(MatterKey, "matter_key")
