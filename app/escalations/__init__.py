"""Escalations into engineering, each treated as an outage: raised, mitigated, told, reviewed."""
