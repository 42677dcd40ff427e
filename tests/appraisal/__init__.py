"""Tests of the appraisal: what counts, what is frozen, and that anybody computes the same."""
