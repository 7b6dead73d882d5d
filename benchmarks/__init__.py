"""Measures reportgen: `python -m benchmarks`."""
