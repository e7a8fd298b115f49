"""Whether this installation works: probes for machines, checks with advice for people."""
