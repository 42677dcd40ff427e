"""Appraisal (考核): months frozen from the ledger, each recomputable by anybody. Moves no case."""
