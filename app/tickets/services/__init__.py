"""Use cases around tickets, split by noun."""
