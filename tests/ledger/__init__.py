"""Tests of the ledger: chains, seals, proofs, the check and who may write."""
