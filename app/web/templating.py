"""What makes drawing pages cheap: answers that are the same again are remembered.

A page of the portal asks for hundreds of addresses, icons and pills, nearly all of them the same
as on the page before it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, MutableMapping
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for
from flask.templating import Environment

from app.clock import utc_now
from app.web.locales import current_language

#: Answers remembered of each macro; the least recently used give way.
_MACRO_ANSWERS = 4_096
_ADDRESSES = 8_192


class PortalEnvironment(Environment):
    """Jinja's environment with global names in one plain dictionary.

    Jinja chains two dictionaries, and walks the chain name by name at each import of a macro and
    each include: a hundred times in a page. Every global name is known before the first template
    is loaded, so a copy of them is as good.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the names that a template sees everywhere."""
        return {**self.globals, **(d or {})}


def remembered(macro: Callable[..., Any], *, seconds: int = 0) -> Callable[..., Any]:
    """Return a macro that answers from memory what it was asked before.

    Only for macros whose answer depends on their arguments alone, and on the language:
    ``{% set icon = remembered(icon) %}`` below the macro.

    :param macro: from a template that is imported without context.
    :param seconds: how long an answer holds that says how long ago something was; the browser
        counts on from there. 0: for ever.
    """

    @lru_cache(maxsize=_MACRO_ANSWERS, typed=True)
    def answer(_when: int, _language: str, _root: str, *args: Hashable, **kwargs: Hashable) -> Any:
        return macro(*args, **kwargs)

    def ask(*args: Hashable, **kwargs: Hashable) -> Any:
        when = int(utc_now().timestamp()) // seconds if seconds else 0
        root = request.script_root if request else ""
        return answer(when, current_language(), root, *args, **kwargs)

    return ask


def remember_addresses(app: Flask) -> Callable[..., str]:
    """Return `url_for` with a memory; a list of tickets asks for the same ones at every look."""

    @lru_cache(maxsize=_ADDRESSES, typed=True)
    def address(_root: str, endpoint: str, **values: Any) -> str:
        return url_for(endpoint, **values)

    def remembered_url_for(endpoint: str, **values: Any) -> str:
        # Addresses with defaults of their own depend on the request that asks.
        part = endpoint.partition(".")[0]
        if not part or part in app.url_default_functions or "_external" in values:
            return url_for(endpoint, **values)
        # Several values of one name (tag=a&tag=b) come as a list, which cannot be looked up.
        frozen = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return address(request.script_root, endpoint, **frozen)

    return remembered_url_for


def init_app(app: Flask) -> None:
    """Give templates `url_for` and `remembered`."""
    app.jinja_env.globals.update(url_for=remember_addresses(app), remembered=remembered)
