"""Completion reports whose statuses are derived from evidence."""

__version__ = "0.1.0"
