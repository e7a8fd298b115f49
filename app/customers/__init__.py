"""Customers, the accounts (organisations) they belong to, and their widget sessions."""
