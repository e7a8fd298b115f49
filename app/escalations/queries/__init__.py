"""Reading escalations, split by noun."""
