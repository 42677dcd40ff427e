"""Tests of ranking texts by what was labelled before."""
