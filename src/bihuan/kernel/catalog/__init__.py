"""Reads a city's catalog from YAML and checks it, with file and line. Pure."""
