"""Use cases of the deflection record, split by noun."""
