"""Database changes of the interface's keys."""
