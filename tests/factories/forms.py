"""Posting forms with the token that a signed-in browser's page carries."""

from __future__ import annotations

import re

TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)">')


def post_form(client, path, data=None, **kwargs):
    """Post as one of our own pages would, with the session's token."""
    token = getattr(client, "form_token", None)
    if token is None:
        token = TOKEN.search(client.get("/portal/profile").text).group(1)
        client.form_token = token
    return client.post(path, data={"csrf_token": token} | (data or {}), **kwargs)
