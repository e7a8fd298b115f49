"""Fixtures of the tests around tickets."""

from __future__ import annotations

import pytest

from tests.factories.tickets import opened


@pytest.fixture
def ticket(ctx):
    """A fresh ticket by a visitor."""
    return opened()
