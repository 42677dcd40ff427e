"""The append-only, hash-chained record of events (台账)."""
