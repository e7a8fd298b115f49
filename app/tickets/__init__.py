"""Tickets: opening, conversation, assignment, state; the inbox staff live in."""
