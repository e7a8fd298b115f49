"""Every test of received mail has an address that takes answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.notifications.settings import use_mail_settings


@pytest.fixture(autouse=True)
def _reply_address(app, settings):
    use_mail_settings(
        replace(settings, mail_from="Studio <help@s.example>", reply_address="reply@s.example")
    )
    yield
    use_mail_settings(settings)
