"""Reads the words of the hotline: personal data, bad input, replies, likeness, places. Pure: no Django, no kernel."""
