"""A mail server for the tests of outgoing mail."""

from __future__ import annotations

import pytest

from tests.factories.mail import mail_server


@pytest.fixture
def smtp(settings):
    """A mail server on a free port, and the settings that lead there."""
    with mail_server(settings) as server:
        yield server
