"""What happened: the catalogue of domain events, their append-only table and their handlers."""
