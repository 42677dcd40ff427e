"""Turns a work report into commitments: a pure library, without Django, kernel or clock."""
