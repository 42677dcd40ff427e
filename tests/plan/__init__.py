"""Tests of the plan: import, review, decomposition, progress, pages."""
