"""Tests of starting and stopping."""
