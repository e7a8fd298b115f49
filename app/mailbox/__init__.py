"""Incoming mail: kept as it came, read with care, and put where it belongs."""
