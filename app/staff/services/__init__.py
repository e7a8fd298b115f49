"""Use cases around staff, split by noun."""
