"""What can be refused around calendars."""

from __future__ import annotations

from app.errors import Invalid


class NeverOpens(Invalid):
    """A calendar has not enough open time within its horizon, so that nothing would come due."""

    code = "never_opens"
    user_message = "With these hours the calendar never opens. Please open it at some time."
