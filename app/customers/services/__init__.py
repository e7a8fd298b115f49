"""Use cases around customers, split by noun."""
