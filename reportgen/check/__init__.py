"""The finished text read back, and what is wrong with it."""
