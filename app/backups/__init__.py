"""Backups: one archive with the database, the attachments and the signing key."""
