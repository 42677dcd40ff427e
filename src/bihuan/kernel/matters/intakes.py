"""Names of intakes (受理): what stands before the door of a matter. The functions are in kernel.cases.intakes."""

INTAKES: set[str] = set()


def intake_named(name: str) -> str:
    """Make a name known, so that a matter of the catalog may declare it; a name taken twice is a bug."""
    if name in INTAKES:
        raise ValueError(f"intake {name} is named twice")
    INTAKES.add(name)
    return name
