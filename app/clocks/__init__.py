"""Ticket clocks: what we owe by when, as a pure function of what happened."""
