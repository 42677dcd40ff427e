"""Migrations of the application; one initial migration until release 1."""
