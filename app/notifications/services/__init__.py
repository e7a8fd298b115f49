"""Use cases around outgoing mail, split by noun."""
