"""The kernel: the pure ring needs no database."""
