"""Learns from what a city decided before: plain text classifiers, no Django, no kernel."""
