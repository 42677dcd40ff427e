"""Who carries on for units that were merged away while a case was closed. Reads only."""

from collections.abc import Mapping

from bihuan.kernel.cases.permissions import all_parties, party_codes, require_verifier
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.directory import Directory
from bihuan.kernel.orgs.queries import heirs_of


def inherited(matter: Matter, data: Mapping[str, Json], units: Directory) -> dict[str, Json]:
    """The unit fields that change because their units are gone; empty where all are there.

    Raises a Refusal where the case would then be left with nobody who may verify it.
    """
    gone = [code for code in all_parties(matter, data) if code not in units.paths]
    if not gone:
        return {}
    heirs = heirs_of(gone)
    edits = {
        name: _replaced(data[name], heirs)
        for name in matter.unit_fields
        if not heirs.keys().isdisjoint(party_codes(data, name))
    }
    require_verifier(matter, {**data, **edits}, units.paths)
    return edits


def _replaced(value: Json, heirs: Mapping[str, str]) -> Json:
    if isinstance(value, list):
        return list(dict.fromkeys(heirs.get(str(code), code) for code in value))
    return heirs.get(str(value), value)
