"""A whole city in virtual time: seeded people act through the one door, faults strike, invariants are asserted."""
