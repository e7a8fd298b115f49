"""Benchmarks: each prints one line a figure."""
