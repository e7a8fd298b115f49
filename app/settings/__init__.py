"""Pages that set the installation up: sites with their identity keys, and synonyms."""
