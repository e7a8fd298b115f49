"""Promises to customers: made, moved, kept, broken, and remembered."""
