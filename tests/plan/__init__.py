"""Tests of the work report, promises and tasks."""
