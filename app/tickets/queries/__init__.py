"""Reading tickets, split by who asks and for what."""
