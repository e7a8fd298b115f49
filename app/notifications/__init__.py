"""Outgoing mail: an outbox written with the work it tells of, sent by the worker."""
