"""Use cases around received mail, split by noun."""
