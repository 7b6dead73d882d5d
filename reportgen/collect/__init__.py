"""Runs the commands that a record names, and stores what they testify."""
