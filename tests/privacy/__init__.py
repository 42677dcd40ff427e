"""Tests of personal data: sealed, looked at, found, erased."""
