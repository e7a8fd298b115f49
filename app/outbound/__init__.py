"""Calling other people's servers: only public addresses, no redirects, bounded time and size."""
