"""Migrations of the pages: one until the first release."""
