"""Kills the product under load and counts what was lost."""
