"""Puts a finished text where people look."""
