"""Use cases around escalations, split by noun."""
