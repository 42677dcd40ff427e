"""The engine for everything that somebody must finish by a time. Imports no domain."""
