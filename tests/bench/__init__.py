"""Benchmarks: they print figures and ratios, and assert nothing. `python -m tests.bench.NAME [--quick] [--json]`."""
