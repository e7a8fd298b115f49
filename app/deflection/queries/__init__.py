"""Reads of the deflection record, split by noun."""
