"""Work that must not be lost: a table of jobs with leases, and the worker that drains it."""
