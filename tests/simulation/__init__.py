"""Tests of the simulation: that it repeats itself, that it is clean, and that it catches what is planted."""
