"""Tests of the one door, the ledger and who may do what."""
