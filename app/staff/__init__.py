"""The people who answer: accounts, sign-in, sessions, roles and invites."""
