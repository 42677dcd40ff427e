"""Tests of the hotline."""
