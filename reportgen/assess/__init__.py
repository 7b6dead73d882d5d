"""The status of everything, with the reason for it."""
