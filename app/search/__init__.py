"""Search: an index that is a disposable projection of the database."""
